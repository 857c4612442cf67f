import type { News, Segments } from './news.js';
import type { CaptureDelivery } from './progress.js';
import type { Said } from './stream-states.js';

export type SegmentDelivery = Extract<CaptureDelivery, { type: 'segment/1' | 'fingerprint/1' }>;

export function isSegment(delivery: CaptureDelivery): delivery is SegmentDelivery {
  return delivery.type === 'segment/1' || delivery.type === 'fingerprint/1';
}

/** Segments that a message accounts for. */
export function segmentsOf(delivery: CaptureDelivery): Segments | null {
  if (delivery.type === 'state/1' || delivery.type === 'note/1') return null;
  const { run, sequence, carries } = delivery.content;
  return { run, sequence, count: delivery.type === 'lost/1' ? delivery.content.count : 1, carries };
}

/** Who sent what a message is about; null = it is not known. */
export function senderOf(delivery: CaptureDelivery): News['detections'][number]['sender'] {
  if (!isSegment(delivery)) return null;
  const { ip, asn } = delivery.content.source;
  return ip === null ? null : { ip, asn };
}

/** What a message says of the capture itself. */
export function captureOf(delivery: CaptureDelivery): Said['capture'] | undefined {
  if (delivery.type !== 'state/1') return undefined;
  const { state, at, reason, probe } = delivery.content;
  return { state, since: at, reason, probe };
}
