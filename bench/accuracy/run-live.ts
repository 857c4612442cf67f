import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Seconds } from '../../fingerprints/units.js';
import { TsCutter } from '../../src/capture/ts/cutter.js';
import { MAX_LINE_DIFFERENCE } from '../../src/detections/tracker.js';
import { type LiveMatch, matchesOf } from '../../src/matching/matches.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../../src/matching/score.js';
import { LIVE } from '../../src/matching/settings.js';
import { StreamMatcher } from '../../src/matching/stream-matcher.js';
import { DEFAULT_LIMITS } from '../../src/media/limits.js';
import type { MediaPool } from '../../src/media/media-pool.js';
import type { ReferenceIndex } from '../../src/reference-index/reference-index.js';
import type { AudioState, SegmentResult } from '../../workers/protocol.js';
import { overlaps, referenceTime } from './judge.js';
import type { Answer } from './run-match.js';
import type { Modality } from './types.js';

/**
 * Matches a file as a monitored stream is: cut into segments of about 6 s, key frames only, with the effort for
 * streams. What passed at any moment counts, as it would have been told.
 */
export async function matchLive(
  pool: MediaPool,
  index: ReferenceIndex,
  file: string,
  modality: Modality,
): Promise<Answer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-segments-'));
  try {
    return await matchSegments(pool, index, segmentsOf(file, folder), modality);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Cuts MPEG-TS into segments as it is captured, damaged or not; their paths in order. */
export function segmentsOf(file: string, folder: string): string[] {
  const segments: Uint8Array[][] = [];
  for (const cut of new TsCutter().take(fs.readFileSync(file))) {
    if (cut.type === 'begin') segments.push([]);
    else segments.at(-1)!.push(cut.bytes);
  }
  if (segments.length === 0) throw new Error(`nothing begins in ${file}`);
  return segments.map((pieces, i) => {
    const segment = path.join(folder, `segment${String(i).padStart(5, '0')}.ts`);
    fs.writeFileSync(segment, Buffer.concat(pieces));
    return segment;
  });
}

async function matchSegments(
  pool: MediaPool,
  index: ReferenceIndex,
  segments: readonly string[],
  modality: Modality,
): Promise<Answer> {
  const matcher = new StreamMatcher(index, LIVE);
  const told: LiveMatch[] = [];
  let audioState: AudioState | null = null;
  let pictureDue: Seconds | null = null;
  let shift: number | null = null;
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    const result: SegmentResult = await pool.run({
      kind: 'segment',
      path: segment,
      limits: DEFAULT_LIMITS,
      pictures: modality === 'audio' ? 'none' : 'sparse',
      pace: { every: matcher.pictureEvery(), due: pictureDue },
      audioState,
      last,
    });
    audioState = result.audioState;
    pictureDue = result.pictureDue;
    const { audio, pictures, start, end } = result;
    shift ??= -start;
    if (audio && modality !== 'video') matcher.addAudio(audio, shift);
    if (pictures) matcher.addPictures(pictures, shift, end);
    await (last ? matcher.finish() : matcher.advance());
    for (const match of await matchesOf(index, matcher.candidates(), DEFAULT_MAX_FALSE_PER_DAY))
      tell(told, match);
  }
  return { matches: told, candidates: matcher.candidates() };
}

/**
 * Takes note of a match. One told before of the same reference at the same time gives way to it, unless that has
 * less doubt and lies elsewhere: the matcher forgets what ended long ago, and then tells what was second to it.
 */
export function tell(told: LiveMatch[], match: LiveMatch): void {
  const before = told.findIndex(
    (one) => one.referenceId === match.referenceId && overlaps(one.stream, match.stream),
  );
  if (before < 0) told.push(match);
  else if (!isSecondTo(told[before]!, match)) told[before] = match;
}

function isSecondTo(first: LiveMatch, match: LiveMatch): boolean {
  const apart = Math.abs(referenceTime(first, match.stream.start) - match.reference.start);
  return match.expectedFalsePerDay > first.expectedFalsePerDay && apart > MAX_LINE_DIFFERENCE;
}
