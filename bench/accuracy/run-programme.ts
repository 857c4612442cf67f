import { decodeWhole } from '../../src/lookup/match-media.js';
import type { MediaPool } from '../../src/media/media-pool.js';
import { type Found, falseMatches, judge, overlaps, type Truth } from './judge.js';
import { rounded } from './report-rows.js';
import type { Catalogue } from './run-catalogue.js';
import { matchLive } from './run-live.js';
import { matchAll } from './run-match.js';
import { say } from './run-progress.js';
import type { Appearance, Modality, Programme } from './types.js';
import { quantile } from './wilson.js';

export interface ProgrammeFigures {
  readonly effort: 'thorough' | 'live';
  readonly hours: number;
  readonly appearances: number;
  readonly found: number;
  readonly falseDetections: number;
  readonly startMedian: number | null;
  readonly startP95: number | null;
  readonly endMedian: number | null;
  readonly endP95: number | null;
}

/** A long stream in which several titles show now and then, matched as a file and as a stream. */
export async function runProgramme(
  pool: MediaPool,
  catalogue: Catalogue,
  programme: Programme,
): Promise<ProgrammeFigures[]> {
  say(`programme of ${(programme.duration / 60).toFixed(0)} min …`);
  const features = await decodeWhole(pool, programme.file);
  const thorough = await matchAll(catalogue.index, features, 'both');
  const live = await matchLive(pool, catalogue.index, programme.file, 'both');
  return [
    judgeProgramme('thorough', catalogue, programme, thorough.matches),
    judgeProgramme('live', catalogue, programme, live.matches),
  ];
}

export function judgeProgramme(
  effort: 'thorough' | 'live',
  catalogue: Pick<Catalogue, 'shares'>,
  programme: Programme,
  matches: readonly Found[],
): ProgrammeFigures {
  const verdicts = programme.appearances.map((appearance) => {
    const truth = truthOfAppearance(appearance);
    // Another appearance of the same title is another one's business.
    const near = matches.filter((match) => overlaps(match.stream, truth.stream));
    const verdict = judge(near, truth, judgedAs(appearance));
    if (!verdict.hit)
      say(
        `missed in the programme (${effort}): ${appearance.title.id}, ${appearance.attack.name}, ${appearance.start.toFixed(1)}–${appearance.end.toFixed(1)} s`,
      );
    return verdict;
  });
  const wrong = falseMatches(matches, (id, stream) =>
    programme.appearances.some(
      (appearance) => overlaps(appearance, stream) && catalogue.shares(id, appearance.title.sources),
    ),
  );
  for (const match of wrong)
    say(
      `FALSE in the programme (${effort}): ${match.assetId} at ${match.stream.start.toFixed(1)}–${match.stream.end.toFixed(1)} s`,
    );
  const starts = verdicts.flatMap((verdict) => verdict.startError ?? []);
  const ends = verdicts.flatMap((verdict) => verdict.endError ?? []);
  return {
    effort,
    hours: rounded(programme.duration / 3600, 3),
    appearances: programme.appearances.length,
    found: verdicts.filter((verdict) => verdict.hit).length,
    falseDetections: wrong.length,
    startMedian: rounded(quantile(starts, 0.5), 3),
    startP95: rounded(quantile(starts, 0.95), 3),
    endMedian: rounded(quantile(ends, 0.5), 3),
    endP95: rounded(quantile(ends, 0.95), 3),
  };
}

function judgedAs({ title, attack }: Appearance): Modality {
  return attack.judged.includes('both') && title.hasAudio && title.hasVideo
    ? 'both'
    : (attack.judged[0] ?? 'both');
}

function truthOfAppearance({ title, attack, start, end, titleStart }: Appearance): Truth {
  return {
    titleId: title.id,
    offset: titleStart - attack.speed * start,
    speed: attack.speed,
    stream: { start, end: Math.min(end, start + (title.duration - titleStart) / attack.speed) },
    repeats: [],
  };
}
