import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { matchesOf } from '../../src/matching/matches.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../../src/matching/score.js';
import { LIVE } from '../../src/matching/settings.js';
import { StreamMatcher } from '../../src/matching/stream-matcher.js';
import { DEFAULT_LIMITS } from '../../src/media/limits.js';
import type { MediaPool } from '../../src/media/media-pool.js';
import type { ReferenceIndex } from '../../src/reference-index/reference-index.js';
import type { AudioState, SegmentResult } from '../../workers/protocol.js';
import { segmentsOf } from '../accuracy/run-live.js';

/** What a stream says, decoded once: matched again and again against indices that grow. */
export interface DecodedStream {
  readonly name: string;
  /** Title that it shows; null = nothing of the catalogue. */
  readonly title: string | null;
  /** Reference time − stream time at the start of the stream, s. */
  readonly offset: number;
  readonly segments: readonly SegmentResult[];
}

/** Decodes a file as a stream in segments of 6 s is. */
export async function decodeStream(pool: MediaPool, file: string): Promise<SegmentResult[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-segments-'));
  try {
    const results: SegmentResult[] = [];
    let audioState: AudioState | null = null;
    const segments = segmentsOf(file, folder);
    for (const [i, segment] of segments.entries()) {
      const result: SegmentResult = await pool.run({
        kind: 'segment',
        path: segment,
        limits: DEFAULT_LIMITS,
        pictures: 'sparse',
        audioState,
        last: i === segments.length - 1,
      });
      audioState = result.audioState;
      results.push(result);
    }
    return results;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Matches a stream live.
 * @param titleOf the title that a reference id is of
 * @returns whether its title was told at the place where it is
 */
export async function findsTitle(
  index: ReferenceIndex,
  stream: DecodedStream,
  titleOf: (referenceId: string) => string | undefined,
  afterSegment: () => void,
): Promise<boolean> {
  const matcher = new StreamMatcher(index, LIVE);
  const shift = -(stream.segments[0]?.start ?? 0);
  let found = false;
  for (const [i, { audio, pictures, end }] of stream.segments.entries()) {
    if (audio) matcher.addAudio(audio, shift);
    if (pictures) matcher.addPictures(pictures, shift, end);
    await (i === stream.segments.length - 1 ? matcher.finish() : matcher.advance());
    for (const match of await matchesOf(index, matcher.candidates(), DEFAULT_MAX_FALSE_PER_DAY)) {
      const apart = match.reference.start - match.speed * match.stream.start - stream.offset;
      if (titleOf(match.referenceId) === stream.title && Math.abs(apart) < 2) found = true;
    }
    afterSegment();
  }
  return found;
}
