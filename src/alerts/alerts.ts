import type { NumberedChange } from '../detections/change-feed.js';
import type { EventDraft } from '../events/event-log.js';
import { alertBody, alertData } from './alert.js';
import type { Deliveries } from './deliveries.js';
import { asksFor, channelsOf, toldOf } from './rule.js';
import type { Rules } from './rules.js';

/** Decides who is to be told of what happens to a detection. */
export class Alerts {
  constructor(
    private readonly rules: Rules,
    private readonly deliveries: Deliveries,
    private readonly tenantOf: (catalogue: string) => string,
  ) {}

  /**
   * Notes what is to be delivered, within a transaction of the caller's.
   * @param classified only what is `alert` begins an alert; what has begun is told to its end
   * @returns what is to be logged of it
   */
  decide({ number, change, at, detection }: NumberedChange, classified: string): EventDraft[] {
    const events: EventDraft[] = [];
    for (const rule of this.rules.all) {
      if (!asksFor(rule, detection, this.tenantOf)) continue;
      const isKnown = this.deliveries.isKnown(rule.id, detection.id);
      if (!isKnown && classified !== 'alert') continue;
      for (const told of toldOf(rule, change, isKnown)) {
        const data = alertData(rule, told, classified, detection);
        for (const channel of channelsOf(rule))
          this.deliveries.put({
            ...alertBody(channel, data, at, number),
            ruleId: rule.id,
            tenant: rule.tenant,
            channel,
            detectionId: detection.id,
            streamId: detection.stream.id,
            change: told,
            at,
          });
        events.push({
          type: 'alert',
          at,
          catalogue: detection.catalogue,
          tenant: rule.tenant,
          data: { alert: data },
        });
      }
    }
    return events;
  }
}
