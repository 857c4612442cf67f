import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import type { Seconds } from '../../fingerprints/units.js';
import { common, lengthOf } from '../domain/intervals.js';
import type { Detection, Interval } from '../domain/match.js';
import { PastReader } from '../past/past-reader.js';
import { PAST_BOXES } from '../past/piece.js';
import type { PastView } from '../past/sight-evidence.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { landmarkHits } from './landmark-hits.js';
import { comparePictures } from './picture-alignment.js';
import { NOT_REGISTERED, type Referred, referenceTimeOf, referredBy } from './referred.js';
import { PerSecond, pictureSimilarity } from './similarity.js';
import { soundChunks, soundingOf } from './sound-alignment.js';
import { DetectionStretch } from './stretch.js';

/** So much of a detection is compared at once. */
export const MOST_COMPARED: Seconds = 3600;
/** Landmarks are compared in so much of it, and so many are told. */
const HEARD: Seconds = 300;
const MOST_HITS = 3000;
/** Landmarks that agree by chance are looked for this far around the line. */
const AROUND: Seconds = 20;

export const NOTHING_KEPT =
  'What the stream carried is no longer kept: fingerprints of it are kept for some days only, where the worker runs.';

/** A moment of the stream and the moment of the reference that it was found to be. */
export interface AlignedPoint {
  readonly streamTime: Seconds;
  readonly referenceTime: Seconds;
  readonly similarity: number;
  readonly modality: 'audio' | 'video';
}

/** Times of the stream are seconds from the start of the detection. */
export interface Alignment {
  /** Why there is nothing to show; null = there is. */
  readonly reason: string | null;
  readonly from: Seconds;
  readonly to: Seconds;
  readonly points: readonly AlignedPoint[];
  /** Of each second of [from, to), which is in whole seconds. Null = nothing to compare. */
  readonly perSecond: readonly { readonly sound: number | null; readonly picture: number | null }[];
  /** Landmarks that both have: stream time, reference time. Those of the work lie on the line, all others by chance. */
  readonly hits: readonly (readonly [Seconds, Seconds])[];
  /** Of the stream's picture, which part shows which part of the reference's; null = no picture was compared. */
  readonly view: {
    readonly box: (typeof PAST_BOXES)[number];
    readonly region: number;
    readonly mirrored: boolean;
  } | null;
}

export interface EvidenceServices {
  readonly data: string;
  readonly index: Pick<ReferenceIndex, 'references' | 'readFingerprint' | 'still' | 'stillTimes'>;
}

/** Compares anew what a stream carried with what it was found to be. @param from s from the detection's start */
export async function alignmentOf(
  { data, index }: EvidenceServices,
  detection: Detection,
  from: Seconds,
  to: Seconds,
): Promise<Alignment> {
  const collected = new Collected(from, to);
  const referred = await referredBy(index, detection);
  if (referred.length === 0) return collected.alignment(NOT_REGISTERED);
  const stretch = new DetectionStretch(new PastReader(data), detection);
  if (!stretch.isKept(from, to)) return collected.alignment(NOTHING_KEPT);
  for (const part of referred) {
    const within = withinPart(detection, part, { start: from, end: to });
    if (lengthOf(within) <= 0) continue;
    const fingerprint = await index.readFingerprint(part.fingerprintId);
    if (fingerprint)
      await collected.compare(stretch, fingerprint, lineOf(detection, part), part.zero, within);
  }
  return collected.alignment(collected.isEmpty ? NOTHING_KEPT : null);
}

/** `time in the part = speed × time of the stream + offset` */
export function lineOf(detection: Detection, { zero }: Referred) {
  return { speed: detection.speed, offset: referenceTimeOf(detection, 0) - zero };
}

/** The stretch of stream in which a part of the reference runs. */
export function withinPart(detection: Detection, part: Referred, stretch: Interval): Interval {
  const { speed, offset } = lineOf(detection, part);
  return common(stretch, { start: -offset / speed, end: (part.duration - offset) / speed });
}

class Collected {
  readonly #points: AlignedPoint[] = [];
  readonly #hits: (readonly [Seconds, Seconds])[] = [];
  readonly #sound: PerSecond;
  readonly #pictures: PerSecond;
  #view: PastView | null = null;

  constructor(
    private readonly from: Seconds,
    private readonly to: Seconds,
  ) {
    this.#sound = new PerSecond(this.#seconds);
    this.#pictures = new PerSecond(this.#seconds);
  }

  get isEmpty(): boolean {
    return this.#points.length + this.#hits.length === 0;
  }

  get #seconds(): number {
    return Math.ceil(this.to - this.from);
  }

  async compare(
    stretch: DetectionStretch,
    fingerprint: ReferenceFingerprint,
    line: { readonly speed: number; readonly offset: Seconds },
    zero: Seconds,
    { start, end }: Interval,
  ): Promise<void> {
    const sounding = soundingOf(stretch, fingerprint.audio, line, start, end);
    const track = fingerprint.audio[sounding?.track ?? 0];
    for (const chunk of sounding && track
      ? soundChunks(stretch, track.words, line, sounding.lane, start, end)
      : []) {
      for (const { time, similarity } of chunk.similarities) this.#sound.add(time - this.from, similarity);
      if (chunk.shift !== null)
        this.#point(zero, (chunk.from + chunk.to) / 2, line, chunk.shift, meanOf(chunk.similarities));
      await nextTurn();
    }
    const compared = fingerprint.video && comparePictures(stretch, fingerprint.video.rows, line, start, end);
    if (compared) this.#view ??= compared.view;
    for (const { time, referenceTime, distance } of compared?.pictures ?? []) {
      const similarity = pictureSimilarity(distance);
      this.#pictures.add(time - this.from, similarity);
      if (similarity > 0.2)
        this.#points.push({
          streamTime: time,
          referenceTime: zero + referenceTime,
          similarity,
          modality: 'video',
        });
    }
    await nextTurn();
    const heardTo = Math.min(end, this.from + HEARD);
    if (!track || heardTo <= start) return;
    const at = (time: Seconds) => line.speed * time + line.offset;
    const around = [at(start) - AROUND, at(heardTo) + AROUND] as const;
    const room = MOST_HITS - this.#hits.length;
    const peaks = stretch.peaks(start, heardTo);
    for (const hit of landmarkHits(peaks, start, line.speed, track.landmarks, ...around, room))
      this.#hits.push([hit.stream.first[0], zero + hit.reference.first[0]]);
  }

  alignment(reason: string | null): Alignment {
    const perSecond = Array.from({ length: this.#seconds }, (_, second) => ({
      sound: this.#sound.at(second),
      picture: this.#pictures.at(second),
    }));
    const { from, to } = this;
    const view = this.#view && { ...this.#view, box: PAST_BOXES[this.#view.box]! };
    const points = this.#points.sort((a, b) => a.streamTime - b.streamTime);
    return { reason, from, to, points, perSecond, hits: this.#hits, view };
  }

  #point(
    zero: Seconds,
    time: Seconds,
    { speed, offset }: { readonly speed: number; readonly offset: Seconds },
    shift: Seconds,
    similarity: number,
  ): void {
    const referenceTime = zero + speed * time + offset + shift;
    this.#points.push({ streamTime: time, referenceTime, similarity, modality: 'audio' });
  }
}

function meanOf(values: readonly { readonly similarity: number }[]): number {
  return values.reduce((sum, { similarity }) => sum + similarity, 0) / Math.max(1, values.length);
}
