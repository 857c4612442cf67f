import { Alerts } from '../alerts/alerts.js';
import { Deliverer } from '../alerts/deliverer.js';
import { Deliveries } from '../alerts/deliveries.js';
import { Rules } from '../alerts/rules.js';
import { WebhookSender } from '../alerts/webhook.js';
import { sparing } from '../capture/index.js';
import type { Config } from '../config.js';
import { ChangeFeed } from '../detections/change-feed.js';
import { RecordedStreams } from '../detections/recorded-streams.js';
import { ReviewFeed } from '../detections/review-feed.js';
import { ThreadedTimelines } from '../detections/threaded-timelines.js';
import { TimelineReader } from '../detections/timeline-reader.js';
import type { Detection } from '../domain/match.js';
import { EventLog } from '../events/event-log.js';
import { EventsDatabase } from '../events/events-database.js';
import { StreamStateLog } from '../events/stream-state-log.js';
import type { ReferenceEndings } from '../rights/reference-endings.js';
import { EventPump } from '../service/event-pump.js';
import { RegisteredProbes } from '../service/registered-probes.js';
import { StreamBoard } from '../service/stream-board.js';
import type { Bus } from '../transport/index.js';
import { Closing } from './closing.js';
import { detectionEvents } from './detection-events.js';
import { referenceEvent } from './reference-event.js';
import { reviewEvent } from './review-event.js';

export interface HappeningsOptions {
  readonly config: Config;
  readonly data: string;
  readonly bus: Bus;
  /** Of what is to be registered. */
  readonly endings: ReferenceEndings;
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
  readonly timelines: ThreadedTimelines;
  readonly probes: RegisteredProbes;
  readonly log: EventLog;
  readonly rules: Rules;
  readonly deliveries: Deliveries;
  readonly webhooks: WebhookSender;
  /** A detection was written down, and is to be told. */
  detected(): void;
  /** A detection was reviewed: that is told when this returns. */
  onReview(): void;
  /** A reference job has ended, which is to be told. */
  referenceEnded(): void;
  /** There is something to deliver. */
  deliver(): void;
  close(): Promise<void>;
}

/**
 * The store of detections is there.
 * @throws SP_DATA_LOCKED, SP_DATA_VERSION, SP_DISK_FULL, SP_BUS_UNAVAILABLE
 */
export async function openHappenings(options: HappeningsOptions): Promise<Happenings> {
  const { config, data, bus, endings, classify, tenantOf, now, onTrouble } = options;
  const closing = new Closing();
  try {
    const events = closing.add(EventsDatabase.open(data));
    const timeline = closing.add(TimelineReader.open(data));
    const timelines = closing.add(ThreadedTimelines.open(data));
    const recorded = closing.add(RecordedStreams.open(data));
    const feed = closing.add(ChangeFeed.open(data));
    const reviewFeed = closing.add(ReviewFeed.open(data));
    const log = new EventLog(events);
    const rules = new Rules(events, now);
    const deliveries = new Deliveries(events);
    const webhooks = new WebhookSender({ isInternal: sparing(config.alertNetworks ?? []), now });
    const deliverer = closing.add(
      new Deliverer({ rules, deliveries, webhooks, bus, now, random: Math.random, onTrouble }),
    );
    const states = new StreamStateLog(events, log, now);
    const alerts = new Alerts(rules, deliveries, tenantOf);
    const common = { events, log, onTrouble };
    const changes = closing.add(
      EventPump.start({
        ...{ ...common, feed, mark: 'detection-changes', what: 'Detections' },
        eventsOf: (change) => detectionEvents(change, classify(change.detection), alerts),
        onTold: () => deliverer.look(),
      }),
    );
    const reviews = closing.add(
      EventPump.start({
        ...{ ...common, feed: reviewFeed, mark: 'reviews', what: 'Reviews' },
        eventsOf: (review) => [reviewEvent(review)],
      }),
    );
    const references = closing.add(
      EventPump.start({
        ...{ ...common, feed: endings, mark: 'reference-endings', what: 'References' },
        eventsOf: ({ job }) => [referenceEvent(job)],
      }),
    );
    const board = closing.add(
      await StreamBoard.start({
        ...{ bus, recorded, now, onTrouble },
        onState: (stream) => states.note(stream),
      }),
    );
    return {
      ...{ board, timeline, timelines, log, probes: new RegisteredProbes(events, now) },
      ...{ rules, deliveries, webhooks },
      detected: () => changes.wake(),
      onReview: () => reviews.look(),
      referenceEnded: () => references.wake(),
      deliver: () => deliverer.look(),
      close: () => closing.close(),
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}
