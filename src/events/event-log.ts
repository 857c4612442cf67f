import type { EventsDatabase } from './events-database.js';

/** Events that are kept: who comes back later than that has missed some, and is told so. */
export const MAX_EVENTS = 100_000;
/** Between two looks at what is too old, events. */
const TRIM_EVERY = 1_000;

export interface EventDraft {
  /** `detection.opened`, `stream.state`, … */
  readonly type: string;
  /** ms since 1970 */
  readonly at: number;
  /** Whose: seen by those who see that catalogue. null = it is about streams, and those see it who see all streams. */
  readonly catalogue: string | null;
  /** Only for that tenant, and for those above tenants; null = for everybody who sees the catalogue. */
  readonly tenant?: string | null;
  readonly data: unknown;
}

export interface LoggedEvent {
  /** Grows by one with each event. */
  readonly number: number;
  readonly at: number;
  readonly type: string;
  readonly catalogue: string | null;
  readonly tenant: string | null;
  /** As JSON, on one line. */
  readonly data: string;
}

/** What happened, in order, numbered without gaps; the last of it is kept. */
export class EventLog {
  readonly #listeners = new Set<() => void>();
  #last: number;

  constructor(private readonly events: EventsDatabase) {
    const row = events.database.get<{ last: number | null }>('SELECT max(number) AS last FROM events');
    this.#last = row?.last ?? 0;
  }

  /** Number of the last event; 0 = there was none. */
  get last(): number {
    return this.#last;
  }

  /** Number of the first event that is kept. */
  get first(): number {
    const row = this.events.database.get<{ first: number | null }>('SELECT min(number) AS first FROM events');
    return row?.first ?? this.#last + 1;
  }

  /** Within a transaction of the database; `wake` is to be called when that was committed. @throws SP_DISK_FULL */
  put({ type, at, catalogue, tenant = null, data }: EventDraft): void {
    const { database } = this.events;
    database.run(
      'INSERT INTO events (at, type, catalogue, tenant, data) VALUES (?, ?, ?, ?, ?)',
      ...[at, type, catalogue, tenant, JSON.stringify(data)],
    );
  }

  /** Tells those who wait that there may be more. */
  wake(): void {
    const row = this.events.database.get<{ last: number | null }>('SELECT max(number) AS last FROM events');
    const last = row?.last ?? 0;
    if (Math.floor(last / TRIM_EVERY) > Math.floor(this.#last / TRIM_EVERY))
      this.events.database.run('DELETE FROM events WHERE number <= ?', last - MAX_EVENTS);
    this.#last = last;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Events after a number, in order. */
  after(number: number, limit: number): LoggedEvent[] {
    return this.events.database.all<LoggedEvent & Record<string, string | number | null>>(
      'SELECT number, at, type, catalogue, tenant, data FROM events WHERE number > ? ORDER BY number LIMIT ?',
      number,
      limit,
    );
  }

  /** Calls `listener` whenever there may be more. @returns ends that */
  onMore(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
