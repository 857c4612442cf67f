import type { EventsDatabase } from '../events/events-database.js';
import type { Row, SqlValue } from '../storage/database.js';
import type { Change, Channel } from './rule.js';

export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Something that a rule's receiver is to be told. Times are ms since 1970 (UTC). */
export interface Delivery {
  /** Grows with each. */
  readonly number: number;
  /** The same whenever it is sent. */
  readonly id: string;
  readonly ruleId: string;
  readonly tenant: string | null;
  readonly channel: Channel;
  readonly detectionId: string;
  readonly streamId: string;
  readonly change: Change;
  readonly at: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** When it is to be tried next. */
  readonly due: number;
  readonly endedAt: number | null;
  /** HTTP status of the last answer; null = there was none. */
  readonly status: number | null;
  /** Why the last try failed; empty = it did not. */
  readonly error: string;
  /** As it is sent. */
  readonly body: string;
}

export type NewDelivery = Pick<
  Delivery,
  'id' | 'ruleId' | 'tenant' | 'channel' | 'detectionId' | 'streamId' | 'change' | 'at' | 'body'
>;

export interface DeliveryFilter {
  /** Null = of all tenants. */
  readonly tenant: string | null;
  readonly ruleId?: string;
  readonly detectionId?: string;
  readonly state?: DeliveryState;
  /** Only those before this number. */
  readonly before?: number;
  readonly limit: number;
}

/** Deliveries that have ended are kept so long, ms: 30 days. */
const KEEP_MS = 30 * 86_400_000;
const MAX_ERROR = 1000;

const COLUMNS = `number, id, rule_id AS ruleId, tenant, channel, detection_id AS detectionId,
  stream_id AS streamId, change, at, state, attempts, due, ended_at AS endedAt, status, error, body`;

/** What is to be delivered, what was, and what could not be. */
export class Deliveries {
  constructor(private readonly events: EventsDatabase) {}

  /** Within a transaction of the caller's. */
  put({ id, ruleId, tenant, channel, detectionId, streamId, change, at, body }: NewDelivery): void {
    this.events.database.run(
      `INSERT INTO deliveries (id, rule_id, tenant, channel, detection_id, stream_id, change, at, state, attempts,
         due, ended_at, error, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, '', ?)`,
      ...[id, ruleId, tenant, channel, detectionId, streamId, change, at],
      // An event is there as soon as this is.
      ...(channel === 'events' ? ['delivered', at, at] : ['waiting', at, null]),
      body,
    );
  }

  /** Whether a rule's receiver is told, or was told, of a detection. */
  isKnown(ruleId: string, detectionId: string): boolean {
    const sql = 'SELECT 1 AS one FROM deliveries WHERE detection_id = ? AND rule_id = ? LIMIT 1';
    return this.events.database.get(sql, detectionId, ruleId) !== undefined;
  }

  /** Rules that something waits of, with their channels. */
  waiting(): { readonly ruleId: string; readonly channel: Channel }[] {
    return this.events.database.all<{ ruleId: string; channel: Channel } & Row>(
      "SELECT DISTINCT rule_id AS ruleId, channel FROM deliveries WHERE state = 'waiting'",
    );
  }

  /** The next of a rule that are due: of each detection the first that waits. */
  due(ruleId: string, channel: Channel, now: number, limit: number): Delivery[] {
    return this.#all(
      `WHERE state = 'waiting' AND due <= ? AND number IN (
         SELECT min(number) FROM deliveries WHERE rule_id = ? AND channel = ? AND state = 'waiting'
         GROUP BY detection_id) ORDER BY number LIMIT ?`,
      ...[now, ruleId, channel, limit],
    );
  }

  delivered(number: number, at: number, status: number | null): void {
    this.events.database.run(
      `UPDATE deliveries SET state = 'delivered', attempts = attempts + 1, ended_at = ?, status = ?, error = ''
       WHERE number = ?`,
      ...[at, status, number],
    );
  }

  /** @param due when it is to be tried again; null = it is given up */
  failed(
    number: number,
    failure: { readonly at: number; readonly status: number | null; readonly error: string },
    due: number | null,
  ): void {
    this.events.database.run(
      `UPDATE deliveries SET state = ?, attempts = attempts + 1, due = ?, ended_at = ?, status = ?, error = ?
       WHERE number = ? AND state = 'waiting'`,
      ...[due === null ? 'failed' : 'waiting', due ?? 0, due === null ? failure.at : null],
      ...[failure.status, failure.error.slice(0, MAX_ERROR), number],
    );
  }

  /** To be delivered again, whatever became of it. Null when there is no such delivery. */
  replay(id: string, now: number): Delivery | null {
    this.events.database.run(
      `UPDATE deliveries SET state = 'waiting', attempts = 0, due = ?, ended_at = NULL, error = ''
       WHERE id = ? AND channel <> 'events'`,
      ...[now, id],
    );
    return this.get(id);
  }

  get(id: string): Delivery | null {
    return this.#all('WHERE id = ?', id)[0] ?? null;
  }

  /** The latest first. */
  find({ tenant, ruleId, detectionId, state, before, limit }: DeliveryFilter): Delivery[] {
    const conditions = ['1 = 1'];
    const values: SqlValue[] = [];
    const where = (condition: string, value: SqlValue | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    where('tenant = ?', tenant ?? undefined);
    where('rule_id = ?', ruleId);
    where('detection_id = ?', detectionId);
    where('state = ?', state);
    where('number < ?', before);
    return this.#all(`WHERE ${conditions.join(' AND ')} ORDER BY number DESC LIMIT ?`, ...values, limit);
  }

  /** How many there are, by state. */
  counts(): Record<DeliveryState, number> {
    const counts = { waiting: 0, delivered: 0, failed: 0 };
    const sql = 'SELECT state, count(*) AS n FROM deliveries GROUP BY state';
    for (const { state, n } of this.events.database.all<{ state: DeliveryState; n: number } & Row>(sql))
      counts[state] = n;
    return counts;
  }

  /** Deletes what has ended long ago. */
  prune(now: number): void {
    const sql = "DELETE FROM deliveries WHERE state <> 'waiting' AND ended_at < ?";
    this.events.database.run(sql, now - KEEP_MS);
  }

  #all(rest: string, ...values: SqlValue[]): Delivery[] {
    return this.events.database.all<Delivery & Row>(`SELECT ${COLUMNS} FROM deliveries ${rest}`, ...values);
  }
}
