import type { ProbeStats } from '../probe/probe.js';
import type { StreamStats } from '../probe/stream-stats.js';
import { type Metric, measured } from './prometheus.js';

/** What a probe shows. */
export function probeMeasures(stats: () => ProbeStats): Metric[] {
  const sum = (of: (stream: StreamStats) => number) =>
    stats().streams.reduce((total, stream) => total + of(stream), 0);
  const counter = (name: string, help: string, value: () => number) =>
    measured('counter', `streamprint_probe_${name}`, help, value);
  return [
    counter('segments_captured_total', 'Segments', () => sum(({ segments }) => segments)),
    counter('captured_bytes_total', 'Of media', () => sum(({ bytes }) => bytes)),
    measured('counter', 'streamprint_probe_segments_lost_total', 'By whose fault', () => [
      [{ by: 'source' }, sum(({ lostBySource }) => lostBySource)],
      [{ by: 'probe' }, sum(({ lostByProbe }) => lostByProbe) + stats().buffer.dropped],
    ]),
    counter('restarts_total', 'Captures that were begun anew', () => sum(({ restarts }) => restarts)),
    counter('messages_sent_total', 'That the bus has taken', () => stats().sent),
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
