import type { Alerts } from '../alerts/alerts.js';
import type { ChangeFeed, NumberedChange } from '../detections/change-feed.js';
import { messageOf } from '../domain/errors.js';
import type { EventLog } from '../events/event-log.js';
import type { EventsDatabase } from '../events/events-database.js';
import { detectionJson } from '../monitor/events.js';

const MARK = 'detection-changes';
const PAGE = 200;
/** Other processes write detections too: so often they are looked for, ms. */
const LOOK_EVERY_MS = 1_000;
/** What many streams tell at once is stored in one commit, ms. */
const TOGETHER_MS = 50;

export interface ChangePumpOptions {
  readonly feed: ChangeFeed;
  readonly events: EventsDatabase;
  readonly log: EventLog;
  readonly alerts: Alerts;
  /** `alert`, `recorded`, `licensed`, `ignored` */
  readonly classify: (detection: NumberedChange['detection']) => string;
  /** Called when there may be something to deliver. */
  readonly onAlerts: () => void;
  readonly onTrouble: (message: string) => void;
}

/**
 * Turns what happens to detections into events and alerts. What one change leads to is stored together with how far
 * this has come, so that each change counts once, however the process ends.
 */
export class ChangePump {
  readonly #looking: NodeJS.Timeout;
  #soon: NodeJS.Timeout | null = null;
  #lastTrouble = '';
  #isBehind = true;

  private constructor(private readonly options: ChangePumpOptions) {
    this.#looking = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** What happened before the service had a log is not told any more. */
  static start(options: ChangePumpOptions): ChangePump {
    const { events, feed } = options;
    // A store that was restored may be older than the mark.
    const mark = events.mark(MARK);
    if (mark === null || mark > feed.last) events.setMark(MARK, feed.last);
    const pump = new ChangePump(options);
    pump.look();
    return pump;
  }

  /** To be called when a detection was written down. */
  detected(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      this.look();
    }, TOGETHER_MS);
  }

  /** Tells what there is. */
  look(): void {
    const { feed, onTrouble } = this.options;
    try {
      if (!feed.hasChanged && !this.#isBehind) return;
      this.#isBehind = true;
      while (this.#take(feed));
      this.#isBehind = false;
      this.#lastTrouble = '';
    } catch (error) {
      const message = `Detections are not told as events yet: ${messageOf(error)}`;
      if (message !== this.#lastTrouble) onTrouble(message);
      this.#lastTrouble = message;
    }
  }

  close(): void {
    clearInterval(this.#looking);
    if (this.#soon) clearTimeout(this.#soon);
  }

  /** Whether there may be more. */
  #take(feed: ChangeFeed): boolean {
    const { events, log, onAlerts, onTrouble } = this.options;
    const mark = events.mark(MARK) ?? 0;
    const changes = feed.after(mark, PAGE);
    const [first] = changes;
    if (first === undefined) return false;
    if (first.number > mark + 1)
      onTrouble(`${first.number - mark - 1} changes of detections are too old to be told as events.`);
    events.transaction(() => {
      for (const change of changes) this.#put(change);
      events.setMark(MARK, changes.at(-1)!.number);
    });
    log.wake();
    onAlerts();
    return changes.length === PAGE;
  }

  #put(change: NumberedChange): void {
    const { log, alerts, classify } = this.options;
    const { detection, at } = change;
    const classified = classify(detection);
    const { catalogue } = detection;
    const data = { detection: { ...detectionJson(detection), classified } };
    log.put({ type: `detection.${change.change}`, at, catalogue, data });
    for (const event of alerts.decide(change, classified)) log.put(event);
  }
}
