import { setTimeout as pause } from 'node:timers/promises';
import type { Reference } from '../domain/catalogue.js';
import { messageOf } from '../domain/errors.js';
import { liveStartOf } from '../domain/live-reference.js';
import { EVER } from './ask-past.js';
import { HOUR_MS } from './piece.js';
import { enterWaiting, type Rematched, type RematchServices, rematch } from './rematch.js';
import type { RematchRecords } from './rematch-records.js';

/** How often it is looked whether something was registered, ms. */
const LOOK_EVERY = 10_000;
/** Of the time of a core it takes this share: live streams come first. */
const SHARE = 0.25;
/** A stream may be so far ahead of the capture of a live reference, ms. */
const MOST_AHEAD = 600_000;
/** Shortest pause, ms: below, it is not made. */
const LEAST_PAUSE = 20;

export interface PastAskerOptions extends Omit<RematchServices, 'turn' | 'records' | 'live'> {
  readonly records: RematchRecords;
  /** Told of what was found, when it is stored. */
  readonly onFound: (rematched: Rematched) => void;
  /** Told of what goes wrong, one sentence; it is tried again. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Asks the past for every reference that is registered, by itself and slowly. What is not asked
 * yet is what was registered and not marked as asked, so that nothing is forgotten however a process ends.
 */
export class PastAsker {
  readonly #abort = new AbortController();
  #running: Promise<void> | null = null;

  constructor(private readonly options: PastAskerOptions) {}

  start(): void {
    this.#running ??= this.#run();
  }

  /** Leaves off where it is; the reference that it was at is asked again by the next one. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        await this.#once();
      } catch (error) {
        if (!signal.aborted) this.options.onTrouble(`asking the past: ${messageOf(error)}`);
      }
      await pause(LOOK_EVERY, undefined, { signal }).catch(() => undefined);
    }
  }

  async #once(): Promise<void> {
    const { past, index, records, onFound, now } = this.options;
    const services: RematchServices = { ...this.options, live: true, turn: pacer(this.#abort.signal) };
    for (const rematched of enterWaiting(services, records)) onFound(rematched);
    await index.refresh();
    const references = await index.references({});
    records.keepOnly(new Set(references.map(({ id }) => id)));
    const asked = records.asked();
    const unasked = references.filter(({ id }) => !asked.has(id));
    if (unasked.length === 0) return;
    past.refresh();
    const streams = past.streams();
    const first = Math.min(...streams.flatMap((stream) => past.hours(stream)[0] ?? [])) * HOUR_MS;
    // What was registered before anything was kept has been looked for ever since.
    const early = unasked.filter(({ registeredAt }) => registeredAt <= first).map(({ id }) => id);
    records.markAsked(early, now());
    const due = unasked.filter(({ registeredAt }) => registeredAt > first);
    const parts = due.filter(({ source }) => liveStartOf(source) !== null);
    const works = due.filter((reference) => !parts.includes(reference));
    for await (const rematched of rematch(services, parts, {
      streams,
      since: sinceOf(parts),
      until: EVER.until,
    }))
      onFound(rematched);
    for await (const rematched of rematch(services, works, { streams, ...EVER })) onFound(rematched);
  }
}

/** Parts of live references are looked for from a little before the first of them was on air. */
function sinceOf(parts: readonly Reference[]): number {
  return Math.min(...parts.map(({ source }) => liveStartOf(source) ?? 0)) - MOST_AHEAD;
}

/** Waits so long after each piece of work that it has its share of the time. */
function pacer(signal: AbortSignal): () => Promise<void> {
  let began = performance.now();
  let owed = 0;
  return async () => {
    signal.throwIfAborted();
    owed += ((performance.now() - began) * (1 - SHARE)) / SHARE;
    if (owed >= LEAST_PAUSE) {
      const length = owed;
      owed = 0;
      await pause(length, undefined, { signal });
    } else await pause(0);
    began = performance.now();
  };
}
