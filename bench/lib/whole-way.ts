import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import type { Seconds } from '../../fingerprints/units.js';
import { matchesOf } from '../../src/matching/matches.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../../src/matching/score.js';
import { LIVE } from '../../src/matching/settings.js';
import { StreamMatcher } from '../../src/matching/stream-matcher.js';
import { DEFAULT_LIMITS } from '../../src/media/limits.js';
import type { MediaPool } from '../../src/media/media-pool.js';
import type { ReferenceIndex, ReferenceIndexWriter } from '../../src/reference-index/reference-index.js';
import { loadDecoder } from '../../workers/decode/index.js';
import type { AudioState } from '../../workers/protocol.js';
import { type Broadcast, duration, SEGMENT_SECONDS, walk } from './broadcast.js';
import { otherReference } from './other-references.js';

/** Work on segment `n` of a stream. */
export type Work = (segment: string, n: number) => Promise<void>;

/** Decoding in this very process, and nothing else: what all other costs are compared with. */
export async function decodeAlone(pictures: 'sparse' | 'none'): Promise<Work> {
  const decoder = await loadDecoder();
  const sink = { picture: () => undefined, audio: () => undefined, still: () => undefined };
  return async (path) => {
    await decoder.decode(
      {
        path,
        pictures,
        times: [],
        audio: 'default',
        stillEvery: 0,
        timesFrom: 'media',
        limits: DEFAULT_LIMITS,
      },
      sink,
    );
    await new Promise(setImmediate);
  };
}

/** Pictures that were taken of how many segments. */
export interface Tally {
  segments: number;
  pictures: number;
}

/** One stream, the broadcast over and over, through the pool, without or with the matcher. */
export function throughPool(
  media: Broadcast,
  pool: MediaPool,
  pictures: 'sparse' | 'none',
  index: ReferenceIndex | null,
  tally: Tally = { segments: 0, pictures: 0 },
): Work {
  let audioState: AudioState | null = null;
  let pictureDue: Seconds | null = null;
  let matcher = index && new StreamMatcher(index, LIVE);
  return async (path, n) => {
    const again = n % media.segments.length === 0;
    // The same minute again: on the stream's time line it comes after the one before.
    const shift = Math.floor(n / media.segments.length) * media.segments.length * SEGMENT_SECONDS;
    if (again) audioState = pictureDue = null;
    const result = await pool.run({
      kind: 'segment',
      path,
      limits: DEFAULT_LIMITS,
      pictures,
      ...(matcher && { pace: { every: matcher.pictureEvery(), due: pictureDue } }),
      audioState,
      last: false,
    });
    audioState = result.audioState;
    pictureDue = result.pictureDue;
    tally.segments++;
    tally.pictures += result.pictures?.times.length ?? 0;
    if (!matcher || !index) return;
    if (result.audio) matcher.addAudio(result.audio, shift);
    if (result.pictures) matcher.addPictures(result.pictures, shift, result.end);
    await index.refresh();
    await matcher.advance();
    await matchesOf(index, matcher.candidates(), DEFAULT_MAX_FALSE_PER_DAY);
    if (n % 1000 === 999) matcher = new StreamMatcher(index, LIVE);
  };
}

/** Fingerprints to make others from: of the films and music of a folder, or of the broadcast itself. */
export async function realFingerprints(
  folder: string | null,
  media: Broadcast,
  pool: MediaPool,
): Promise<ReferenceFingerprint[]> {
  const files = folder
    ? walk(folder).filter((file) => /\.(mp4|webm|flv|ogg|opus)$/i.test(file) && duration(file) >= 8)
    : [media.whole];
  const results: ReferenceFingerprint[] = [];
  for (const file of files)
    results.push(
      (await pool.run({ kind: 'reference', path: file, limits: DEFAULT_LIMITS, stillEvery: 0 })).fingerprint,
    );
  return results.filter((fingerprint) => fingerprint.video !== null && fingerprint.audio.length > 0);
}

/** Registers so many hours of other references made from real ones, and merges the index as quiet hours would. */
export async function registerOthers(
  index: ReferenceIndexWriter,
  real: readonly ReferenceFingerprint[],
  hours: number,
): Promise<void> {
  for (let n = 0; n < hours; n += 10)
    await index.register(
      Array.from({ length: Math.min(10, hours - n) }, (_, i) => otherReference(real, n + i)),
    );
  await index.compact();
}
