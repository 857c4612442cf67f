import type { MonitorEvent } from '../monitor/events.js';
import { type CaptureDelivery, capturedFrom, type Outcome, streamOf } from '../worker/index.js';

/** What `monitor` would say of a message that was worked on; null = nothing, or it was said before. */
export function eventOf(delivery: CaptureDelivery, outcome: Outcome, now: number): MonitorEvent | null {
  if (outcome === 'again') return null;
  const stream = streamOf(delivery.content);
  switch (delivery.type) {
    case 'segment/1':
    case 'fingerprint/1':
      return {
        type: 'stream.segment',
        time: new Date(now).toISOString(),
        stream,
        url: delivery.content.source.url,
        captured: new Date(capturedFrom(delivery)).toISOString(),
        matched: outcome === 'worked',
      };
    case 'state/1': {
      const { state, at, reason } = delivery.content;
      return { type: `stream.${state}`, time: at, stream, reason };
    }
    default:
      return null;
  }
}
