import type { Alerts } from '../alerts/alerts.js';
import type { NumberedChange } from '../detections/change-feed.js';
import type { EventDraft } from '../events/event-log.js';
import { detectionJson } from '../monitor/events.js';

/**
 * What is logged of what happened to a detection, its alerts included; what is to be delivered of them is noted
 * within the caller's transaction.
 * @param classified `alert`, `recorded`, `licensed`, `ignored`
 */
export function detectionEvents(change: NumberedChange, classified: string, alerts: Alerts): EventDraft[] {
  const { detection, at } = change;
  return [
    {
      type: `detection.${change.change}`,
      at,
      catalogue: detection.catalogue,
      data: { detection: { ...detectionJson(detection), classified } },
    },
    ...alerts.decide(change, classified),
  ];
}
