import { messageOf } from '../domain/errors.js';
import type { UtcMillis } from '../domain/ids.js';
import type { StreamState } from '../domain/match.js';
import type { Capture } from '../domain/segment.js';
import { keepLive } from './keep-live.js';
import type { LiveServices } from './live-capture.js';
import type { LiveReference } from './live-reference.js';
import type { LiveRecords } from './records.js';

/** How a live reference stands. */
export interface LiveStanding {
  /** `starting`: nothing was heard of it yet. */
  readonly state: StreamState | 'starting' | 'paused';
  /** ms UTC */
  readonly since: number;
  /** The end of the last part that was registered since the service began; null = there is none. */
  readonly registeredUntil: UtcMillis | null;
  /** What was told of it last; null = nothing. */
  readonly note: string | null;
}

export interface LiveKeeperOptions {
  readonly records: LiveRecords;
  readonly services: Omit<LiveServices, 'records' | 'onNote' | 'onPart' | 'onState'>;
  /** Begins a capture. */
  readonly open: (live: LiveReference, signal: AbortSignal) => Promise<Capture>;
  readonly now: () => number;
  /** Told of faults of the program, one sentence each. */
  readonly onTrouble: (message: string) => void;
}

interface Running {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  standing: LiveStanding;
}

/** Captures the live references of a service, each until it is paused or taken away. */
export class LiveKeeper {
  readonly #running = new Map<string, Running>();

  constructor(private readonly options: LiveKeeperOptions) {}

  /** Captures those that are not paused. */
  start(): void {
    for (const live of this.all()) if (!live.isPaused) this.#begin(live);
  }

  all(): LiveReference[] {
    return this.options.records.all().filter(({ capturedBy }) => capturedBy === 'service');
  }

  get(catalogue: string, asset: string): LiveReference | null {
    const live = this.options.records.get(catalogue, asset);
    return live?.capturedBy === 'service' ? live : null;
  }

  /** Whether there is one, whoever captures it. */
  isTaken(catalogue: string, asset: string): boolean {
    return this.options.records.get(catalogue, asset) !== null;
  }

  standingOf(live: LiveReference): LiveStanding {
    const standing = this.#running.get(nameOf(live))?.standing;
    const state = live.isPaused ? 'paused' : 'starting';
    return standing ?? { state, since: this.options.now(), registeredUntil: null, note: null };
  }

  /** Begins one that is new. */
  add(live: LiveReference): void {
    this.options.records.put(live);
    this.#begin(live);
  }

  /** What was captured of it stays, and goes when it is too old. */
  async pause(live: LiveReference): Promise<void> {
    this.options.records.pause(live.catalogue, live.assetId, true);
    await this.#end(live);
  }

  resume(live: LiveReference): void {
    this.options.records.pause(live.catalogue, live.assetId, false);
    this.#begin({ ...live, isPaused: false });
  }

  /** Takes one away with all that is kept of it: it never matches again. Resolves to the number of its parts. */
  async remove(live: LiveReference): Promise<number> {
    await this.#end(live);
    const parts = await this.options.services.index.remove(live);
    this.options.records.remove(live.catalogue, live.assetId);
    return parts;
  }

  /** Captures none of them any more. */
  async close(): Promise<void> {
    const all = [...this.#running.values()];
    for (const { stop } of all) stop.abort();
    await Promise.all(all.map(({ ended }) => ended));
  }

  #begin(live: LiveReference): void {
    const name = nameOf(live);
    if (this.#running.has(name)) return;
    const { records, services, open, now, onTrouble } = this.options;
    const stop = new AbortController();
    const note = (change: Partial<LiveStanding>) => {
      running.standing = { ...running.standing, ...change };
    };
    const ended = keepLive(
      live,
      {
        ...services,
        records,
        onState: (_, state) => note({ state, since: now() }),
        onNote: (_, message) => note({ note: message }),
        onPart: (_, { at, seconds }) => note({ registeredUntil: (at + 1000 * seconds) as UtcMillis }),
      },
      (signal) => open(live, signal),
      stop.signal,
    ).catch((error: unknown) => onTrouble(`Live reference ${name} is captured no more: ${messageOf(error)}`));
    const standing: LiveStanding = { state: 'starting', since: now(), registeredUntil: null, note: null };
    const running: Running = { stop, ended, standing };
    this.#running.set(name, running);
  }

  async #end(live: LiveReference): Promise<void> {
    const running = this.#running.get(nameOf(live));
    running?.stop.abort();
    await running?.ended;
    this.#running.delete(nameOf(live));
  }
}

const nameOf = ({ catalogue, assetId: asset }: LiveReference): string => `${catalogue}/${asset}`;
