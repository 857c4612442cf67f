import type { Seconds } from '../../fingerprints/units.js';
import { TICK, WORD_STEP } from '../../fingerprints/units.js';
import { lengthOf } from '../domain/intervals.js';
import type { Detection } from '../domain/match.js';
import { PastReader } from '../past/past-reader.js';
import { type EvidenceServices, lineOf, NOTHING_KEPT, withinPart } from './alignment.js';
import { hertzOfOctaves, type LandmarkHit, landmarkHits, type Peak, peaksOf } from './landmark-hits.js';
import { NOT_REGISTERED, referredBy } from './referred.js';
import { soundingOf } from './sound-alignment.js';
import { DetectionStretch } from './stretch.js';

/** Landmarks that agree lie this near to the line, ticks. */
export const ON_THE_LINE = 8;
const MOST_HITS = 4000;

/** Band words, from below to above 32 bits each, one every `step` s. */
export interface Words {
  readonly start: Seconds;
  readonly step: Seconds;
  readonly words: readonly number[];
}

/** What is known of the sound of one side. Times of the stream count from the start of the detection. */
export interface SideSound {
  /** Why there is nothing; null = there is. */
  readonly reason: string | null;
  readonly peaks: readonly Peak[];
  readonly words: Words | null;
}

/** Peaks of sound of both sides, and the landmarks that agree. */
export interface Constellation {
  readonly stream: SideSound;
  readonly reference: SideSound;
  readonly agreeing: readonly LandmarkHit[];
}

const nothing = (reason: string): SideSound => ({ reason, peaks: [], words: null });

/** @param from, to s from the start of the detection */
export async function constellationOf(
  { data, index }: EvidenceServices,
  detection: Detection,
  from: Seconds,
  to: Seconds,
): Promise<Constellation> {
  const stretch = new DetectionStretch(new PastReader(data), detection);
  const kept = stretch.isKept(from, to);
  const peaks = kept ? stretch.peaks(from, to) : null;
  const own = [...(peaks?.times ?? [])].map((time, i): Peak => [time, hertzOfOctaves(peaks!.octaves[i]!)]);
  const stream = own.length === 0 ? nothing(NOTHING_KEPT) : { reason: null, peaks: own };
  const referred = await referredBy(index, detection);
  const part = referred.find((one) => lengthOf(withinPart(detection, one, { start: from, end: to })) > 0);
  const fingerprint = part ? await index.readFingerprint(part.fingerprintId) : null;
  if (!part || !fingerprint)
    return { stream: { words: null, ...stream }, reference: nothing(NOT_REGISTERED), agreeing: [] };
  const line = lineOf(detection, part);
  const sounding = kept ? soundingOf(stretch, fingerprint.audio, line, from, to) : null;
  const track = fingerprint.audio[sounding?.track ?? 0];
  if (!track)
    return {
      stream: { words: null, ...stream },
      reference: nothing('The reference has no sound.'),
      agreeing: [],
    };
  const at = (time: Seconds) => line.speed * time + line.offset;
  const inReference = ([time, hz]: Peak): Peak => [part.zero + time, hz];
  const hits = peaks
    ? landmarkHits(peaks, from, line.speed, track.landmarks, at(from) - 1, at(to) + 1, MOST_HITS)
    : [];
  const isOnLine = ({ stream: heard, reference: known }: LandmarkHit) =>
    Math.abs(at(heard.first[0]) - known.first[0]) <= ON_THE_LINE * TICK;
  const first = Math.max(0, Math.ceil(at(from) / WORD_STEP));
  const heard = kept ? stretch.words(sounding?.lane ?? 0, from, to) : null;
  return {
    stream: { words: heard && { ...heard, words: [...heard.words] }, ...stream },
    reference: {
      reason: null,
      peaks: peaksOf(track.landmarks, at(from), at(to)).map(inReference),
      words: {
        start: part.zero + first * WORD_STEP,
        step: WORD_STEP,
        words: [...track.words.subarray(first, Math.max(first, Math.floor(at(to) / WORD_STEP)))],
      },
    },
    agreeing: hits.filter(isOnLine).map(({ stream: heardPair, reference: known }) => ({
      stream: heardPair,
      reference: { first: inReference(known.first), second: inReference(known.second) },
    })),
  };
}
