import { Alerts } from '../alerts/alerts.js';
import { Deliverer } from '../alerts/deliverer.js';
import { Deliveries } from '../alerts/deliveries.js';
import { Rules } from '../alerts/rules.js';
import { WebhookSender } from '../alerts/webhook.js';
import { sparing } from '../capture/index.js';
import type { Config } from '../config.js';
import { ChangeFeed } from '../detections/change-feed.js';
import { TimelineReader } from '../detections/timeline-reader.js';
import type { Detection } from '../domain/match.js';
import { EventLog } from '../events/event-log.js';
import { EventsDatabase } from '../events/events-database.js';
import { StreamStateLog } from '../events/stream-state-log.js';
import { ChangePump } from '../service/change-pump.js';
import { RegisteredProbes } from '../service/registered-probes.js';
import { StreamBoard } from '../service/stream-board.js';
import type { Bus } from '../transport/index.js';
import { Closing } from './closing.js';

export interface HappeningsOptions {
  readonly config: Config;
  readonly data: string;
  readonly bus: Bus;
  /** `alert`, `recorded`, `licensed`, `ignored` */
  readonly classify: (detection: Detection) => string;
  /** The owner of a catalogue. */
  readonly tenantOf: (catalogue: string) => string;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

/** What the service knows of what happens: streams as they stand, the log of events, alerts. */
export interface Happenings {
  readonly board: StreamBoard;
  readonly timeline: TimelineReader;
  readonly probes: RegisteredProbes;
  readonly log: EventLog;
  readonly rules: Rules;
  readonly deliveries: Deliveries;
  readonly webhooks: WebhookSender;
  /** A detection was written down, and is to be told. */
  detected(): void;
  /** There is something to deliver. */
  deliver(): void;
  close(): Promise<void>;
}

/**
 * The store of detections is there.
 * @throws SP_DATA_LOCKED, SP_DATA_VERSION, SP_DISK_FULL, SP_BUS_UNAVAILABLE
 */
export async function openHappenings(options: HappeningsOptions): Promise<Happenings> {
  const { config, data, bus, classify, tenantOf, now, onTrouble } = options;
  const closing = new Closing();
  try {
    const events = closing.add(EventsDatabase.open(data));
    const timeline = closing.add(TimelineReader.open(data));
    const feed = closing.add(ChangeFeed.open(data));
    const log = new EventLog(events);
    const rules = new Rules(events, now);
    const deliveries = new Deliveries(events);
    const webhooks = new WebhookSender({ isInternal: sparing(config.alertNetworks ?? []), now });
    const deliverer = closing.add(
      new Deliverer({ rules, deliveries, webhooks, bus, now, random: Math.random, onTrouble }),
    );
    const states = new StreamStateLog(events, log, now);
    const pump = closing.add(
      ChangePump.start({
        ...{ feed, events, log, classify, onTrouble },
        alerts: new Alerts(rules, deliveries, tenantOf),
        onAlerts: () => deliverer.look(),
      }),
    );
    const board = closing.add(
      await StreamBoard.start({ bus, now, onTrouble, onState: (stream) => states.note(stream) }),
    );
    return {
      ...{ board, timeline, log, probes: new RegisteredProbes(events, now) },
      ...{ rules, deliveries, webhooks },
      detected: () => pump.detected(),
      deliver: () => deliverer.look(),
      close: () => closing.close(),
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}
