import { slicePictures } from '../../fingerprints/stream-pictures.js';
import type { AudioFeatures, PictureFeatures } from '../../fingerprints/types.js';
import { HASH_BITS, type Seconds, TICK } from '../../fingerprints/units.js';
import type { DecodeLimits, DecodeReport, SegmentResult } from '../../workers/protocol.js';
import { StreamprintError } from '../domain/errors.js';
import type { Match } from '../domain/match.js';
import { firstNotBefore } from '../matching/growable.js';
import { matchesOf } from '../matching/matches.js';
import { THOROUGH } from '../matching/settings.js';
import { StreamMatcher } from '../matching/stream-matcher.js';
import { DEFAULT_LIMITS } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';

/** The matcher is fed this much at a time, so that its memory stays small on long inputs. */
const SLICE: Seconds = 60;
/** With less than this there is nothing to match at all. */
const LEAST_SOUND: Seconds = 1;
const LEAST_PICTURES = 3;
/** Less of this than can be matched is worth a note. */
const ENOUGH_SOUND: Seconds = 3;
const ENOUGH_PICTURES = 5;

export interface MatchedMedia {
  readonly duration: Seconds;
  readonly matches: readonly Match[];
  /** Why something may have been missed: damage, pictures or sound that say too little. */
  readonly notes: readonly string[];
}

/** Matches a whole file, thoroughly. Times count from the input's start. @throws StreamprintError */
export async function matchMedia(
  services: { pool: MediaPool; index: ReferenceIndex; maxFalsePerDay: number },
  file: string,
): Promise<MatchedMedia> {
  return matchDecoded(services, await decodeWhole(services.pool, file), file);
}

/** The same of what was decoded of a file. @param file as it is to be called */
export async function matchDecoded(
  services: { index: ReferenceIndex; maxFalsePerDay: number },
  { audio, pictures, start, end, report }: DecodedMedia,
  file: string,
): Promise<MatchedMedia> {
  const sound = report.audio.reduce((longest, track) => Math.max(longest, track.seconds), 0);
  if ((pictures?.times.length ?? 0) < LEAST_PICTURES && sound < LEAST_SOUND)
    throw new StreamprintError(
      'SP_INPUT_TOO_SHORT',
      `${file}: there is too little to match: ${pictures?.times.length ?? 0} pictures and ${sound.toFixed(1)} s of sound in ${(end - start).toFixed(1)} s.`,
    );
  const matcher = await matchThoroughly(services.index, { audio, pictures, start, end });
  const matches = await matchesOf(services.index, matcher.candidates(), services.maxFalsePerDay);
  const notes = notesOf(report, audio, pictures);
  return {
    duration: end - start,
    matches: matches.map(
      ({ open: _, fingerprintId: __, claimable: ___, referenceZero: ____, ...match }) => match,
    ),
    notes: matcher.linesDropped > 0 ? [...notes, `${matcher.linesDropped} weak lines were dropped`] : notes,
  };
}

/** What matching a file takes of it. */
export type DecodedMedia = Pick<SegmentResult, 'audio' | 'pictures' | 'start' | 'end' | 'report'>;

/** Every frame and all the sound of a file. @throws StreamprintError when it cannot be decoded */
export function decodeWhole(
  pool: MediaPool,
  file: string,
  limits: DecodeLimits = DEFAULT_LIMITS,
): Promise<SegmentResult> {
  return pool.run({
    kind: 'segment',
    path: file,
    limits,
    pictures: 'dense',
    audioState: null,
    last: true,
  });
}

/** Takes what was found in a whole file through a matcher, to the end. Stream time counts from `start`. */
export async function matchThoroughly(
  index: ReferenceIndex,
  { audio, pictures, start, end }: Pick<SegmentResult, 'audio' | 'pictures' | 'start' | 'end'>,
): Promise<StreamMatcher> {
  const matcher = new StreamMatcher(index, THOROUGH);
  for (let from = start; from < end; from += SLICE) {
    const to = Math.min(end, from + SLICE);
    if (audio) matcher.addAudio(sliceAudio(audio, from, to), -start);
    if (pictures) {
      const first = firstNotBefore(pictures.times, from);
      const after = firstNotBefore(pictures.times, to);
      matcher.addPictures(slicePictures(pictures, first, after), -start, to);
    }
    await matcher.advance();
  }
  await matcher.finish();
  return matcher;
}

function sliceAudio(audio: AudioFeatures, from: Seconds, to: Seconds): AudioFeatures {
  const first = Math.max(0, Math.ceil((from - audio.start) / TICK));
  const last = Math.max(first, Math.ceil((to - audio.start) / TICK));
  const a = firstNotBefore(audio.peaks.times, from);
  const b = firstNotBefore(audio.peaks.times, to);
  return {
    start: audio.start + first * TICK,
    words: audio.words.subarray(first, last),
    pitched: audio.pitched.map((words) => words.subarray(first, last)),
    peaks: {
      times: audio.peaks.times.subarray(a, b),
      octaves: audio.peaks.octaves.subarray(a, b),
      lean: audio.peaks.lean.subarray(a, b),
    },
  };
}

function notesOf(
  report: DecodeReport,
  audio: AudioFeatures | null,
  pictures: PictureFeatures | null,
): string[] {
  const notes = [...report.warnings];
  const heard = (audio?.words.reduce((count, word) => count + (word === 0 ? 0 : 1), 0) ?? 0) * TICK;
  let seen = 0;
  for (let i = 0; i < (pictures?.times.length ?? 0); i++)
    if (pictures!.coefficients[i * HASH_BITS] !== 0) seen++;
  const sound = audio ? `${heard.toFixed(1)} s of sound says something` : 'there is no sound';
  if (heard < ENOUGH_SOUND && seen < ENOUGH_PICTURES)
    notes.push(
      `too little to match: ${sound}, ${seen} of ${pictures?.times.length ?? 0} pictures say something`,
    );
  return notes;
}
