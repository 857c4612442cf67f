import type { Box } from '../../fingerprints/picture-box.js';
import { WHOLE } from '../../fingerprints/picture-boxes.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { FoundLine } from './found-line.js';
import { FollowedLine } from './line.js';
import { gather, gatherPictures } from './line-gathering.js';
import { fitSpeed, listen, placeSeen, tune } from './line-placing.js';
import { withoutTwins } from './line-twins.js';
import { lookAround, VIEW_BY } from './line-viewing.js';
import type { Run } from './run-detector.js';
import {
  DOUBT_FROM,
  type Effort,
  PATIENCE,
  PROVEN_FROM,
  SAME_LINE_PICTURES,
  SAME_LINE_SOUND,
  WINDOW,
} from './settings.js';
import type { StreamMemory } from './stream-memory.js';

/** A match that ended this recently is a reason to look closely. */
const JUST_ENDED: Seconds = 12;

/** A match that reaches this near goes on. */
const GOES_ON: Seconds = 2;

/** The stretch of stream that a step is about, and what is remembered of it. */
export interface Step {
  readonly remembered: Seconds;
  readonly from: Seconds;
  readonly to: Seconds;
}

/** Follows lines through a stream by comparing at the place where each should be: no look-ups. */
export class LineFollower {
  #lines: FollowedLine[] = [];
  #dropped = 0;

  constructor(
    private readonly index: ReferenceIndex,
    private readonly memory: StreamMemory,
    private readonly effort: Effort,
  ) {}

  get lines(): readonly FollowedLine[] {
    return this.#lines;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Adds the evidence of a stretch of stream to every line that still runs.
   * @param boxes parts of the picture in which lines that are heard and not seen are looked for
   */
  async follow({ remembered, from, to }: Step, boxes: () => readonly Box[]): Promise<void> {
    const { index, memory } = this;
    const running = this.#lines.filter((line) => from - line.aliveAt < PATIENCE);
    const heard = running.filter((line) => line.track !== null && line.audio.current);
    await tune(index, memory, heard, to);
    await gather(index, memory, running, from, to);
    const onlySeen = running.filter((line) => line.track === null && line.pictures.current);
    const moved = await placeSeen(index, memory, onlySeen, to, this.effort.placeWithin);
    const nowHeard = await listen(index, memory, onlySeen, to);
    await gather(index, memory, [...new Set([...moved, ...nowHeard])], remembered, to);
    const apart = withoutTwins(running, to);
    await this.#lookAround(
      heard.filter(
        (line) => apart.has(line) && line.audio.current && !line.pictures.current && isDue(line, to),
      ),
      boxes,
      { remembered, to },
    );
    this.#lines = this.#lines.filter((line) => (running.includes(line) ? apart.has(line) : hasMatched(line)));
    for (const line of this.#lines) line.forget(to - this.effort.keepRuns);
  }

  /** Whether living runs that have proved themselves cover a stretch. */
  explained(from: Seconds, to: Seconds): { sound: boolean; pictures: boolean } {
    const covers = (run: Run | null, until: Seconds) =>
      run !== null && run.start <= from && run.end >= until && run.score >= PROVEN_FROM;
    const lastPicture = this.memory.pictureBefore(to, WHOLE)?.time ?? to;
    return {
      sound: this.#lines.some((line) => covers(line.audio.current, to - 1)),
      pictures: this.#lines.some((line) => covers(line.pictures.current, Math.min(to - 1, lastPicture))),
    };
  }

  /**
   * Whether there is a reason to look closely, where no match goes on: a line in doubt, or a match that just ended,
   * which is none in haste.
   * @param to up to here lines were followed
   */
  hasReason(to: Seconds, inHaste: boolean): boolean {
    const lines = this.#lines.map(({ evidence, end, aliveAt }) => ({ evidence, end, aliveAt }));
    if (lines.some(({ evidence, end }) => evidence >= PROVEN_FROM && end >= to - GOES_ON)) return false;
    return lines.some(({ evidence, end, aliveAt }) =>
      evidence >= PROVEN_FROM
        ? !inHaste && end > to - JUST_ENDED
        : evidence >= DOUBT_FROM && to - aliveAt < WINDOW,
    );
  }

  /** Takes lines up that are not followed yet, and follows them back through what is remembered. */
  async adopt(
    found: readonly FoundLine[],
    { remembered, to }: Step,
    boxes: () => readonly Box[],
  ): Promise<void> {
    const { index, memory } = this;
    const taken: FollowedLine[] = [];
    for (const line of found) {
      const is = (other: FollowedLine) => isSame(other, line, to - WINDOW / 2);
      if (taken.some(is)) continue;
      const known = this.#lines.find(is);
      if (known) {
        known.faint &&= line.faint;
        if (known.followedUntil < to)
          await gather(index, memory, [known], Math.max(remembered, known.followedUntil), to);
        continue;
      }
      const facts = await index.fingerprint(line.fingerprintId);
      if (!facts) continue;
      const { fingerprintId, track, pitch, view, faint } = line;
      const { duration, audioTracks } = facts;
      const followed = new FollowedLine(fingerprintId, line, track, pitch, view, duration, audioTracks, to);
      followed.faint = faint;
      taken.push(followed);
    }
    await listen(
      index,
      memory,
      taken.filter((line) => line.track === null),
      to,
    );
    for (const line of taken) {
      if (line.track === null) continue;
      await fitSpeed(index, memory, line, remembered, to);
      line.hold(to - WINDOW / 2);
    }
    const running = this.#lines.filter((line) => line.followedUntil === to);
    const apart = withoutTwins([...running, ...taken], to);
    const adopted = taken.filter((line) => apart.has(line));
    await gather(index, memory, adopted, remembered, to);
    await this.#lookAround(adopted, boxes, { remembered, to });
    for (const line of adopted) line.aliveAt = to;
    this.#lines.push(...adopted);
    this.#bound();
  }

  async #lookAround(
    lines: readonly FollowedLine[],
    boxes: () => readonly Box[],
    { remembered, to }: Omit<Step, 'from'>,
  ): Promise<void> {
    if (lines.length === 0) return;
    for (const line of lines)
      line.looked = {
        at: to,
        wait: Math.min(line.looked ? 2 * line.looked.wait : this.effort.lookAfter, VIEW_BY),
      };
    const changed = await lookAround(this.index, this.memory, lines, boxes(), to);
    await gatherPictures(this.index, this.memory, changed, remembered, to);
  }

  #bound(): void {
    if (this.#lines.length <= this.effort.maxLines) return;
    this.#dropped += this.#lines.length - this.effort.maxLines;
    this.#lines.sort((a, b) => b.evidence - a.evidence);
    this.#lines.length = this.effort.maxLines;
  }
}

function isDue({ looked }: FollowedLine, to: Seconds): boolean {
  return looked === null || to >= looked.at + looked.wait;
}

function isSame(line: FollowedLine, other: FoundLine, at: Seconds): boolean {
  if (line.fingerprintId !== other.fingerprintId) return false;
  const apart = Math.abs(line.referenceTime(at) - (other.speed * at + other.offset));
  return apart < (other.track === null || line.track === null ? SAME_LINE_PICTURES : SAME_LINE_SOUND);
}

function hasMatched(line: FollowedLine): boolean {
  return line.audio.closed.length + line.pictures.closed.length > 0;
}
