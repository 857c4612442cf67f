import type { ProbeStats } from '../probe/probe.js';
import { type Metric, measured } from './prometheus.js';

/** What a probe shows. */
export function probeMeasures(stats: () => ProbeStats): Metric[] {
  const counter = (name: string, help: string, value: () => number) =>
    measured('counter', `streamprint_probe_${name}`, help, value);
  return [
    counter('segments_captured_total', 'Segments', () => stats().totals.segments),
    counter('captured_bytes_total', 'Of media', () => stats().totals.bytes),
    measured('counter', 'streamprint_probe_segments_lost_total', 'By whose fault', () => [
      [{ by: 'source' }, stats().totals.lostBySource],
      [{ by: 'probe' }, stats().totals.lostByProbe + stats().buffer.dropped],
    ]),
    counter('restarts_total', 'Captures that were begun anew', () => stats().totals.restarts),
    counter('messages_sent_total', 'That the bus has taken', () => stats().sent),
    counter('feature_bytes_total', 'Sent in place of media', () => stats().totals.featureBytes),
    counter('feature_seconds_total', 'Of media that features stand for', () => stats().totals.featureSeconds),
    counter(
      'segments_in_haste_total',
      'Segments of which fewer pictures were taken, because others waited to be decoded',
      () => stats().totals.hastened,
    ),
    counter('evidence_segments_total', 'Delivered as evidence', () => stats().evidence.delivered),
    measured('gauge', 'streamprint_probe_ring_bytes', 'Media that are kept', () => [
      [{ pinned: 'no' }, stats().ring.bytes],
      [{ pinned: 'yes' }, stats().ring.pinnedBytes],
    ]),
    measured(
      'gauge',
      'streamprint_probe_buffer_bytes',
      'Media that wait to be sent',
      () => stats().buffer.bytes,
    ),
    measured(
      'gauge',
      'streamprint_probe_buffer_messages',
      'That wait to be sent',
      () => stats().buffer.messages,
    ),
  ];
}
