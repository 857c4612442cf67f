import { setMaxListeners } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type OpenedStream, type TargetError, Targets } from '../capture/index.js';
import { pause } from '../domain/pause.js';
import { Serial } from '../storage/serial.js';
import { CentralDelivery } from './central.js';
import { EdgeDelivery } from './edge.js';
import { EvidenceDesk } from './evidence/evidence-desk.js';
import type { ProbeOptions } from './options.js';
import type { OutboxStats } from './outbox/outbox.js';
import { openParts, type Parts, spoolOf } from './parts.js';
import type { RingStats } from './ring/media-ring.js';
import { StreamProbe, type StreamServices } from './stream-probe.js';
import { type StreamCounts, type StreamStats, sumOf } from './stream-stats.js';

const RELOAD_EVERY = 300;
const LOOK_AGAIN = 1_000;
/** What did not work is looked at again after so long, ms. */
const FAILED_AGAIN = 30_000;

export interface ProbeStats {
  /** In the order in which they were begun. */
  readonly streams: readonly StreamStats[];
  /** Of these, and of all that were begun and are watched no more. */
  readonly totals: StreamCounts;
  readonly buffer: OutboxStats;
  /** Messages that the bus has taken. */
  readonly sent: number;
  readonly ring: RingStats;
  /** Detections whose media were pinned, and segments that were delivered as evidence. */
  readonly evidence: { readonly pinned: number; readonly delivered: number };
  /** This clock less the service's, ms; null = not known. */
  readonly clockOffset: number | null;
}

interface Running {
  readonly probe: StreamProbe;
  readonly ended: Promise<void>;
}

/**
 * Starts to capture what the operator names, and to send it. Targets that do not work are told to `emit`, and tried
 * again whenever lists are read again.
 * @throws SP_DATA_LOCKED when another probe has the directory
 * @throws SP_USAGE when options make no sense
 */
export async function startProbe(targets: readonly string[], options: ProbeOptions): Promise<Probe> {
  const probe = await Probe.open(targets, options);
  await probe.load();
  return probe;
}

/** Captures streams and hands what it has of them to the bus. */
export class Probe {
  readonly #stop = new AbortController();
  readonly #streams = new Map<string, Running>();
  readonly #targets: Targets;
  readonly #now: () => number;
  /** Of streams that are in no list any more. */
  readonly #leaving = new Set<Promise<void>>();
  /** Of streams that are watched no more. */
  #past: StreamCounts = sumOf([]);
  #desk: EvidenceDesk | null = null;
  #errors: readonly TargetError[] = [];
  #reloading: Promise<void> = Promise.resolve();
  readonly #looks = new Serial();

  private constructor(
    targets: readonly string[],
    private readonly options: ProbeOptions,
    private readonly parts: Parts,
  ) {
    // Every stream listens to it.
    setMaxListeners(0, this.#stop.signal);
    this.#now = options.now ?? Date.now;
    const { headers, http, random, mayBeEmpty } = options;
    this.#targets = new Targets(targets, {
      spool: spoolOf(options),
      signal: this.#stop.signal,
      now: this.#now,
      ...(headers && { headers }),
      ...(http && { http }),
      ...(random && { random }),
      ...(mayBeEmpty !== undefined && { mayBeEmpty }),
    });
  }

  static async open(targets: readonly string[], options: ProbeOptions): Promise<Probe> {
    let told: (by: number) => void = () => undefined;
    const parts = await openParts(options, (by) => told(by));
    const probe = new Probe(targets, options, parts);
    told = (by) => probe.#tellJump(by);
    return probe;
  }

  /** Targets that did not work when they were last looked at. */
  get errors(): readonly TargetError[] {
    return this.#errors;
  }

  get stats(): ProbeStats {
    const { outbox, sender, ring, clock } = this.parts;
    const streams = [...this.#streams.values()].map(({ probe }) => probe.stats);
    return {
      streams,
      totals: sumOf([this.#past, ...streams]),
      buffer: outbox.stats,
      sent: sender.sent,
      ring: ring.stats,
      evidence: this.#desk?.stats ?? { pinned: 0, delivered: 0 },
      clockOffset: clock.offset,
    };
  }

  /**
   * Resolves when every stream has ended by itself, and all of it was sent. While there is a list that may name more,
   * or a target that may yet work, that is not so before the probe stops.
   */
  async ended(): Promise<void> {
    while (!this.#stop.signal.aborted && (this.#errors.length > 0 || this.#targets.mayName))
      await pause(LOOK_AGAIN, this.#stop.signal);
    await Promise.all([...this.#streams.values()].map(({ ended }) => ended));
    await this.parts.sender.drained();
  }

  /** Ends the captures; what was captured stays on disk until a probe of the same directory sends it. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the probe stops'));
    await this.#reloading;
    await this.#looks.idle();
    await Promise.all([...[...this.#streams.values()].map(({ ended }) => ended), ...this.#leaving]);
    this.parts.clock.close();
    await this.#desk?.close();
    await this.parts.sender.stop();
    this.parts.lock.release();
    await rm(spoolOf(this.options), { recursive: true, force: true });
  }

  /** Looks at the targets, begins what is new and ends what is gone from the lists; and so on. */
  async load(): Promise<void> {
    await this.#look();
    const { outbox, ring } = this.parts;
    const { bus, name, directory } = this.options;
    this.#desk = await EvidenceDesk.open(
      {
        bus,
        ring,
        outbox,
        probe: name,
        isOurs: (stream) => this.#streams.has(stream) || ring.has(stream),
        now: this.#now,
        onTrouble: (message) => this.#tell(message),
      },
      path.join(directory, 'answered.json'),
    );
    this.#reloading = this.#reload();
  }

  async #reload(): Promise<void> {
    const { signal } = this.#stop;
    const interval = 1000 * (this.options.reloadEvery ?? RELOAD_EVERY);
    while (!signal.aborted) {
      const soon = this.#errors.length > 0 ? FAILED_AGAIN : interval;
      await pause(Math.min(interval, soon), signal);
      if (!signal.aborted) await this.#look();
    }
  }

  /** Reads channel lists again now. */
  lookAgain(): Promise<void> {
    return this.#look();
  }

  #look(): Promise<void> {
    return this.#looks.run(() => this.#lookNow());
  }

  async #lookNow(): Promise<void> {
    const { streams, errors, notes } = await this.#targets.open();
    if (this.#stop.signal.aborted) return;
    this.#errors = errors;
    for (const { error } of errors) this.#tell(error.message);
    for (const note of notes) this.#tell(note);
    const now = new Map(streams.map((opened) => [opened.stream.id as string, opened]));
    for (const [id, { probe, ended }] of this.#streams)
      if (!now.has(id)) {
        probe.remove('it is not in the channel list any more');
        this.#streams.delete(id);
        this.#leaving.add(ended);
        void ended.then(() => {
          this.#leaving.delete(ended);
          this.#past = sumOf([this.#past, probe.stats]);
        });
      }
    for (const [id, opened] of now) {
      const running = this.#streams.get(id);
      if (running) running.probe.moveTo(opened);
      else this.#begin(id, opened);
    }
  }

  #begin(id: string, opened: OpenedStream): void {
    const probe = new StreamProbe(opened, this.#services(), this.#stop.signal);
    const ended = probe.run().catch((error: unknown) => {
      this.#tell(`${opened.stream.name}: ${String(error)}`);
    });
    this.#streams.set(id, { probe, ended });
  }

  #services(): StreamServices {
    const { outbox, ring, network, clock } = this.parts;
    return {
      probe: this.options.name,
      outbox,
      ring,
      network,
      clockOffset: () => clock.offset,
      now: this.#now,
      random: this.options.random ?? Math.random,
      newDelivery: () => {
        const { mode, pool } = this.options;
        return mode === 'edge' && pool
          ? new EdgeDelivery(pool, spoolOf(this.options))
          : new CentralDelivery();
      },
      emit: (event) => this.options.emit?.(event),
    };
  }

  #tellJump(by: number): void {
    const message = `the clock of the probe was set by ${(by / 1000).toFixed(1)} s`;
    for (const { probe } of this.#streams.values()) void probe.tell(message);
  }

  #tell(message: string): void {
    this.options.emit?.({ type: 'note', stream: '', message });
  }
}
