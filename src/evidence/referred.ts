import type { Seconds } from '../../fingerprints/units.js';
import type { FingerprintId } from '../domain/ids.js';
import { isLive, liveStartOf } from '../domain/live-reference.js';
import type { Detection } from '../domain/match.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';

/** A fingerprint that a detection refers to: all of its reference, or a part of a live one. */
export interface Referred {
  readonly fingerprintId: FingerprintId;
  /** Reference time of its time 0, s: UTC of a part of a live reference, else 0. */
  readonly zero: Seconds;
  readonly duration: Seconds;
  readonly hasVideo: boolean;
  readonly audioTracks: number;
}

/** Parts of a live reference that are looked at for one detection. */
const MOST_PARTS = 40;

/** What a detection refers to, in order; empty when it is no longer registered. */
export async function referredBy(
  index: Pick<ReferenceIndex, 'references'>,
  detection: Detection,
): Promise<Referred[]> {
  const { catalogue, assetId, referenceId, reference } = detection;
  const references = await index.references({ catalogue, assetId });
  const referred = references.flatMap((one): Referred[] => {
    const { fingerprintId, duration, hasVideo, audioTracks } = one;
    const zero = isLive(detection) ? (liveStartOf(one.source) ?? Number.NaN) / 1000 : 0;
    const isMeant = isLive(detection)
      ? zero < reference.end && zero + duration > reference.start
      : one.id === referenceId;
    return isMeant ? [{ fingerprintId, zero, duration, hasVideo, audioTracks }] : [];
  });
  return referred.sort((a, b) => a.zero - b.zero).slice(0, MOST_PARTS);
}

/** Why there is nothing to compare with. */
export const NOT_REGISTERED = 'The reference is no longer registered.';

/** Reference time beside a moment of a detection. @param time s from its start */
export function referenceTimeOf({ reference, speed }: Detection, time: Seconds): Seconds {
  return reference.start + speed * time;
}

/** The other way round: s from the start of the detection. */
export function streamTimeOf({ reference, speed }: Detection, time: Seconds): Seconds {
  return (time - reference.start) / speed;
}
