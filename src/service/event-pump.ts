import { messageOf } from '../domain/errors.js';
import type { EventDraft, EventLog } from '../events/event-log.js';
import type { EventsDatabase } from '../events/events-database.js';

const PAGE = 200;
/** What others have written is looked for so often, ms. */
const LOOK_EVERY_MS = 1_000;
/** What is told at about the same time is stored in one commit, ms. */
const TOGETHER_MS = 50;

/** What happened to something, in order, as its own store has noted it in the transaction that changed it. */
export interface Feed<T extends { readonly number: number }> {
  /** Whether there may be more since this was asked last; the first time it is so. */
  readonly hasChanged: boolean;
  /** Number of the last; 0 = there was none. */
  readonly last: number;
  /** Those after a number, in order. */
  after(number: number, limit: number): readonly T[];
}

export interface EventPumpOptions<T extends { readonly number: number }> {
  readonly feed: Feed<T>;
  /** Under what name it is kept how far this has come. */
  readonly mark: string;
  /** For messages: `Reviews`. */
  readonly what: string;
  readonly events: EventsDatabase;
  readonly log: EventLog;
  /** What is to be logged; called within the transaction of the events database that stores it. */
  readonly eventsOf: (item: T) => readonly EventDraft[];
  /** Called when something was told. */
  readonly onTold?: () => void;
  readonly onTrouble: (message: string) => void;
}

/**
 * Turns what happened into events. What one thing leads to is stored together with how far this has come, so that
 * each counts once, however the process ends: what it was killed before is told by the next.
 */
export class EventPump<T extends { readonly number: number }> {
  readonly #looking: NodeJS.Timeout;
  #soon: NodeJS.Timeout | null = null;
  #lastTrouble = '';
  #isBehind = true;

  private constructor(private readonly options: EventPumpOptions<T>) {
    this.#looking = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** What happened before the service had a log is not told any more. */
  static start<T extends { readonly number: number }>(options: EventPumpOptions<T>): EventPump<T> {
    const { events, feed, mark: name } = options;
    // A store that was restored may be older than the mark.
    const mark = events.mark(name);
    if (mark === null || mark > feed.last) events.setMark(name, feed.last);
    const pump = new EventPump(options);
    pump.look();
    return pump;
  }

  /** To be called when something was written down: it is told soon, with what else there is by then. */
  wake(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      this.look();
    }, TOGETHER_MS);
  }

  /** Tells what there is. */
  look(): void {
    const { feed, what, onTrouble } = this.options;
    try {
      if (!feed.hasChanged && !this.#isBehind) return;
      this.#isBehind = true;
      while (this.#take());
      this.#isBehind = false;
      this.#lastTrouble = '';
    } catch (error) {
      const message = `${what} are not told as events yet: ${messageOf(error)}`;
      if (message !== this.#lastTrouble) onTrouble(message);
      this.#lastTrouble = message;
    }
  }

  close(): void {
    clearInterval(this.#looking);
    if (this.#soon) clearTimeout(this.#soon);
  }

  /** Whether there may be more. */
  #take(): boolean {
    const { feed, mark: name, what, events, log, eventsOf, onTold, onTrouble } = this.options;
    const mark = events.mark(name) ?? 0;
    const items = feed.after(mark, PAGE);
    const [first] = items;
    if (first === undefined) return false;
    if (first.number > mark + 1)
      onTrouble(`${what}: ${first.number - mark - 1} changes are too old to be told as events.`);
    events.transaction(() => {
      for (const item of items) for (const event of eventsOf(item)) log.put(event);
      events.setMark(name, items.at(-1)!.number);
    });
    log.wake();
    onTold?.();
    return items.length === PAGE;
  }
}
