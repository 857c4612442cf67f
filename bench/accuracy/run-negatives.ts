import { decodeWhole } from '../../src/lookup/match-media.js';
import type { LiveMatch } from '../../src/matching/matches.js';
import type { MediaPool } from '../../src/media/media-pool.js';
import { falseMatches } from './judge.js';
import { type FalseDetection, figuresOf, type NegativeFigures, sourceKey } from './negative-figures.js';
import { ahead, settle } from './run-ahead.js';
import type { Catalogue } from './run-catalogue.js';
import { matchLive } from './run-live.js';
import { type Answer, matchAll } from './run-match.js';
import type { Part } from './run-options.js';
import { Progress, say } from './run-progress.js';
import type { Negative } from './types.js';

/** What both efforts said of a stream in which nothing of the catalogue shows. */
export interface NegativeAnswer {
  readonly negative: Negative;
  /** s of stream, as it turned out. */
  readonly seconds: number;
  readonly thorough: Answer;
  readonly live: Answer;
}

const DECODE_AHEAD = 2;

/** As many of the negatives, from the front, as make up so many hours. */
export function firstHours(negatives: readonly Negative[], hours: number): Negative[] {
  let seconds = 0;
  return negatives.filter((negative) => {
    const wanted = seconds < 3600 * hours;
    if (wanted) seconds += negative.seconds;
    return wanted;
  });
}

/** Every `of`-th of the negatives, from the `number`-th on. */
export function partOf(negatives: readonly Negative[], { number, of }: Part): Negative[] {
  return negatives.filter((_, i) => i % of === number - 1);
}

/** Gives items for so many minutes; 0 = all of them. */
export function* within<T>(items: Iterable<T>, minutes: number): Generator<T> {
  const until = minutes === 0 ? Number.POSITIVE_INFINITY : performance.now() + 60_000 * minutes;
  for (const item of items) {
    if (performance.now() > until) return;
    yield item;
  }
}

/**
 * Takes negatives through both efforts; none begins after so many minutes (0 = no limit). What cannot be made
 * or decoded is named and counted, and said nothing of.
 */
export async function* runNegatives(
  pool: MediaPool,
  catalogue: Catalogue,
  negatives: readonly Negative[],
  minutes: number,
): AsyncGenerator<NegativeAnswer | { readonly negative: Negative; readonly error: Error }> {
  const total = negatives.reduce((sum, negative) => sum + negative.seconds, 0);
  const progress = new Progress('negatives', total, 's of stream');
  const prepare = async (negative: Negative) => {
    const file = await negative.file();
    return { file, features: await decodeWhole(pool, file) };
  };
  for await (const decoded of ahead(within(negatives, minutes), DECODE_AHEAD, prepare)) {
    const negative = decoded.item;
    const { value, error } = decoded.error
      ? decoded
      : await settle(negative, async () => {
          const { file, features } = decoded.value;
          const thorough = await matchAll(catalogue.index, features, 'both');
          const live = await matchLive(pool, catalogue.index, file, 'both');
          return { negative, seconds: features.end - features.start, thorough, live };
        });
    if (error) say(`FAILED: negative ${negative.name}: ${error.message}`);
    yield error ? { negative, error } : value;
    progress.step(negative.seconds, negative.kind);
  }
}

/** Counts what was found where nothing is. @param part which of the negatives these are */
export async function judgeNegatives(
  answers: AsyncIterable<NegativeAnswer | { readonly negative: Negative; readonly error: Error }>,
  part: string,
): Promise<NegativeFigures> {
  let seconds = 0;
  let failed = 0;
  const sources: Record<string, number> = {};
  const found: FalseDetection[] = [];
  for await (const answer of answers) {
    if ('error' in answer) {
      failed++;
      continue;
    }
    const { negative } = answer;
    seconds += answer.seconds;
    const key = sourceKey(negative.sources.length > 0 ? negative.sources : [negative.name]);
    sources[key] = Math.max(sources[key] ?? 0, answer.seconds);
    found.push(...detections('thorough', negative, answer.thorough.matches));
    found.push(...detections('live', negative, answer.live.matches));
  }
  return figuresOf([{ part, seconds, failed, found, sources }]);
}

function detections(
  effort: 'thorough' | 'live',
  { name, kind }: Negative,
  matches: readonly LiveMatch[],
): FalseDetection[] {
  return falseMatches(matches, () => false).map((match) => {
    const { assetId, modality, stream, expectedFalsePerDay } = match;
    say(
      `FALSE: negative ${name} (${kind}, ${effort}) taken for ${assetId} at ${stream.start.toFixed(1)}–${stream.end.toFixed(1)} s`,
    );
    return { effort, negative: name, kind, assetId, modality, stream, expectedFalsePerDay };
  });
}
