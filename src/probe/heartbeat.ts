import { version } from '../version.js';
import type { Probe } from './probe.js';
import type { Heartbeat } from './service-link.js';

const MAX_ERRORS = 20;
const MAX_ERROR = 1000;

/** What a probe says of itself now. @param startedAt UTC, ISO 8601 */
export function heartbeatOf(probe: Probe, mode: Heartbeat['mode'], startedAt: string): Heartbeat {
  const { streams, buffer, sent, clockOffset } = probe.stats;
  const inState = (wanted: string) => streams.filter(({ state }) => state === wanted).length;
  return {
    version,
    mode,
    startedAt,
    streams: { live: inState('live'), stalled: inState('stalled'), gone: inState('gone') },
    buffer: { messages: buffer.messages, bytes: buffer.bytes, dropped: buffer.dropped },
    sent,
    clockOffset,
    errors: probe.errors.slice(0, MAX_ERRORS).map(({ error }) => error.message.slice(0, MAX_ERROR)),
  };
}
