import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { landmarksOf } from '../../fingerprints/landmarks.js';
import type { AudioTrackFingerprint, Landmarks, Peaks } from '../../fingerprints/types.js';
import { type Seconds, TICK, WORD_STEP, WORD_TICKS } from '../../fingerprints/units.js';
import { soundtrack } from '../../samples/sound/soundtrack.js';
import { SOUND_RATE } from '../../samples/sound/track.js';
import { assetFromName } from '../../src/catalogue/metadata.js';
import { type FingerprintId, fingerprintId } from '../../src/domain/ids.js';
import { ON_THE_LINE } from '../../src/evidence/constellation.js';
import { wavOf } from '../../src/evidence/index.js';
import { type Landmark, landmarkOf } from '../../src/evidence/landmark-hits.js';
import type { Candidate } from '../../src/matching/candidates.js';
import { DEFAULT_LIMITS } from '../../src/media/limits.js';
import { bestPastShift } from '../../src/past/sound-evidence.js';
import type { ReferenceIndex, ReferenceIndexWriter } from '../../src/reference-index/reference-index.js';
import { loadDecoder } from '../../workers/decode/index.js';
import { fingerprintReference } from '../../workers/tasks/reference.js';
import { analyseSegment } from '../../workers/tasks/segment.js';
import { takeSound } from '../../workers/tasks/sound.js';
import { attackNamed } from '../accuracy/attacks.js';
import { render } from '../accuracy/render.js';
import { matchAll } from '../accuracy/run-match.js';
import { cached } from '../lib/cache.js';
import { generatedTitle, NOBODY, SECONDS } from './title.js';

/** Noises of a place, as under many a film. */
const STYLE = { music: 0, speech: 0, ambience: 1, style: { tempo: 80, percussion: 0, liveliness: 0 } };
/** The words decide within this much around it, ticks. */
const SHIFT_TICKS = 6;

/** What is found within this of the true place, in the middle of a clip, is right. */
const RIGHT: Seconds = 0.5;

/** What is left of a reference's sound in a clip. */
export interface Heard {
  /** Of the clip, at SAMPLE_RATE. */
  readonly samples: Int16Array;
  /** The reference's, in time of the clip. */
  readonly landmarks: readonly (Landmark & { readonly isLeft: boolean })[];
  /** How many of them are left. */
  readonly left: number;
  /** What the words say at the true place, nats … */
  readonly words: number;
  /** … and what `match` knows of it there, nats. */
  readonly found: number;
}

/** The noises of a place, registered. */
export interface Place {
  readonly name: string;
  readonly path: string;
  readonly id: FingerprintId;
  readonly track: AudioTrackFingerprint;
}

/** Makes the noises of a place, 12 s, and registers them. */
export async function registeredPlace(name: string, index: ReferenceIndexWriter): Promise<Place> {
  const wav = wavOf(soundtrack(name, SECONDS, STYLE), SOUND_RATE);
  const path = await cached('sounds', wav.toString('base64'), 'wav', (out) => fs.writeFile(out, wav));
  const task = { kind: 'reference', path, limits: DEFAULT_LIMITS, stillEvery: 0 } as const;
  const { fingerprint } = await fingerprintReference(await loadDecoder(), task, () => undefined);
  const id = fingerprintId(createHash('sha256').update(name).digest('hex'));
  const facts = { stills: [], source: path, sourceBytes: wav.length, missing: { video: 0, audio: 0 } };
  await index.register([{ asset: assetFromName('figures', name), fingerprintId: id, fingerprint, ...facts }]);
  return { name, path, id, track: fingerprint.audio[0]! };
}

/** A place under an attack of bench/accuracy. */
export async function heardUnder(attack: string, place: Place, index: ReferenceIndex): Promise<Heard> {
  const title = generatedTitle(place.name, place.path, 'sound');
  const { file, titleStart, duration } = await render(title, attackNamed(attack), NOBODY, 1);
  const decoder = await loadDecoder();
  const media = { path: file, limits: DEFAULT_LIMITS };
  const whole = { ...media, kind: 'segment', pictures: 'none', audioState: null, last: true } as const;
  const features = await analyseSegment(decoder, whole);
  const { start, audio } = features;
  const { samples } = await takeSound(decoder, {
    ...media,
    kind: 'sound',
    from: start,
    to: start + duration,
  });
  const landmarks = landmarksLeft(place.track.landmarks, audio!.peaks, titleStart, start, duration);
  const heard = {
    start: audio!.start,
    step: WORD_STEP,
    words: audio!.words.filter((_, n) => n % WORD_TICKS === 0),
  };
  const line = { offset: titleStart - start, speed: 1 };
  const { candidates } = await matchAll(index, features, 'audio');
  const isThere = ({ line }: Candidate) =>
    line.fingerprintId === place.id &&
    Math.abs(line.speed * (duration / 2) + line.offset - titleStart - duration / 2) <= RIGHT;
  return {
    samples,
    landmarks,
    left: landmarks.filter(({ isLeft }) => isLeft).length,
    words: bestPastShift(heard, place.track.words, line, SHIFT_TICKS).evidence,
    found: Math.max(0, ...candidates.filter(isThere).map((one) => one.soundEvidence)),
  };
}

/** Landmarks of a reference from `from` s on, in ticks of a clip that begins at `start`, and whether the clip has them. */
function landmarksLeft(known: Landmarks, peaks: Peaks, from: Seconds, start: Seconds, duration: Seconds) {
  // As a clip is looked up that is searched thoroughly.
  const { hashes, ticks } = landmarksOf(peaks, start, { set: 'richest' });
  const asked = new Set([...hashes].flatMap((hash, i) => around(ticks[i]!).map((tick) => `${hash} ${tick}`)));
  return [...known.hashes].flatMap((hash, i) => {
    const tick = known.ticks[i]! - Math.round(from / TICK);
    if (tick < 0 || tick * TICK >= duration) return [];
    return [{ ...landmarkOf(hash, tick), isLeft: asked.has(`${hash} ${tick}`) }];
  });
}

function around(tick: number): number[] {
  return Array.from({ length: 2 * ON_THE_LINE + 1 }, (_, n) => tick - ON_THE_LINE + n);
}
