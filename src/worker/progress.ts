import type { Delivery, MessageOf, Position, StreamProgress } from '../transport/index.js';
import type { StreamStateContent } from './stream-states.js';

/** What says something of a stream's capture. */
export type CaptureDelivery = Delivery<
  MessageOf<'segment/1' | 'fingerprint/1' | 'lost/1' | 'state/1' | 'note/1'>
>;

type Told = StreamStateContent['progress'];
/** A stream comes as segments, as fingerprints, or as the one after the other. */
export type Line = keyof Told;

export function lineOf({ topic }: Pick<Position, 'topic'>): Line {
  return topic === 'streamprint.fingerprints' ? 'fingerprints' : 'segments';
}

/** How far a line was worked on; null = nothing of it was. */
export function progressOf(told: Told, line: Line): StreamProgress | null {
  const one = told[line];
  if (one === null) return null;
  const { partition, offset, run, next } = one;
  return { position: { topic: `streamprint.${line}`, partition, offset }, run, next };
}

export function withProgress(told: Told, line: Line, { position, run, next }: StreamProgress): Told {
  const { partition, offset } = position;
  return { ...told, [line]: { partition, offset, run, next } };
}
