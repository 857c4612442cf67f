import type { Seconds } from '../../fingerprints/units.js';
import type { Interval, Modality } from '../domain/match.js';
import type { Run } from './run-detector.js';
import { MODALITY_FROM } from './settings.js';

/** Runs of one line that lie no further apart than this are one stretch. */
const JOIN_WITHIN: Seconds = 2;
/** A match that goes on may say nothing for this long at either end of a stream. */
const QUIET_END: Seconds = 3;

/** Runs of one line that are one stretch, in order of their starts. */
export interface RunGroup {
  readonly heard: Run[];
  readonly seen: Run[];
}

/** Joins the runs of a line, heard or seen, that lie near each other. */
export function groupRuns(heard: readonly Run[], seen: readonly Run[]): RunGroup[] {
  const runs = [
    ...heard.map((run) => ({ run, sound: true })),
    ...seen.map((run) => ({ run, sound: false })),
  ].sort((a, b) => a.run.start - b.run.start);
  const groups: RunGroup[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { run, sound } of runs) {
    let group = groups.at(-1);
    if (!group || run.start > end + JOIN_WITHIN) {
      group = { heard: [], seen: [] };
      groups.push(group);
    }
    (sound ? group.heard : group.seen).push(run);
    end = Math.max(end, run.end);
  }
  return groups;
}

/**
 * From where to where a group reaches: where the sound tells the ends, pictures add no guess beyond those that matched.
 * @param whole the stretch that was looked at, of a stream that has ended; null = the stream goes on
 */
export function extentOf({ heard, seen }: RunGroup, whole: Interval | null = null): Interval {
  const soundTells = sumOf(heard) >= MODALITY_FROM;
  const reachOf = (run: Run) => (whole ? reachIn(whole, run) : run);
  const runs = [...heard.map(reachOf), ...seen.map(soundTells ? certain : reachOf)];
  return {
    start: Math.min(...runs.map((run) => run.start)),
    end: Math.max(...runs.map((run) => run.end)),
  };
}

/** To the ends of the stream, where it was compared as far as that and little or nothing speaks against it. */
function reachIn(whole: Interval, { start, end, openFrom, openTo }: Run): Interval {
  const startsEarlier = openFrom !== null && openFrom - whole.start <= QUIET_END;
  const endsLater = openTo !== null && whole.end - openTo <= QUIET_END;
  return { start: startsEarlier ? whole.start : start, end: endsLater ? whole.end : end };
}

/** From the first matching picture to the last. */
function certain(run: Run): Interval {
  return { start: run.start + run.firstLength / 2, end: run.end - run.lastLength / 2 };
}

/** Evidence of some runs, nats. */
export function sumOf(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + run.score, 0);
}

/** @param sound, pictures evidence, nats */
export function modalityFrom(sound: number, pictures: number): Modality {
  if (Math.min(sound, pictures) >= MODALITY_FROM) return 'both';
  return sound > pictures ? 'audio' : 'video';
}
