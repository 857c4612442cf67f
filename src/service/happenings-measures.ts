import type { Deliveries } from '../alerts/deliveries.js';
import type { EventLog } from '../events/event-log.js';
import { type Metric, measured } from './prometheus.js';

/** What a service shows of events and alerts. */
export function happeningsMeasures(log: EventLog, deliveries: Deliveries): Metric[] {
  return [
    measured('counter', 'streamprint_events_total', 'Events that were logged', () => log.last),
    measured('gauge', 'streamprint_alert_deliveries', 'Of the last 30 days, by state', () =>
      Object.entries(deliveries.counts()).map(([state, count]) => [{ state }, count] as const),
    ),
  ];
}
