import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Seconds } from '../../fingerprints/units.js';
import type { StatedAsset } from '../domain/catalogue.js';
import { messageOf } from '../domain/errors.js';
import { type FingerprintId, fingerprintId } from '../domain/ids.js';
import { liveSource } from '../domain/live-reference.js';
import type { StreamState } from '../domain/match.js';
import type { Capture, Segment } from '../domain/segment.js';
import { DEFAULT_LIMITS, segmentLimits } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import { StreamClock } from '../monitor/stream-clock.js';
import type { LiveIndex } from './live-index.js';
import type { LiveReference } from './live-reference.js';
import { type Part, PartCollector, writePart } from './part-collector.js';
import type { LiveRecords } from './records.js';

/** A still every so often, for pages and reports. */
const STILL_EVERY: Seconds = 5;

export interface LiveServices {
  readonly pool: MediaPool;
  readonly index: LiveIndex;
  readonly records: LiveRecords;
  /** Folder for parts that are being made. */
  readonly spool: string;
  /** Length of a part, at least. */
  readonly partSeconds: Seconds;
  /** What the parts are registered for. */
  readonly assetOf: (live: LiveReference) => StatedAsset;
  /** Told how the channel stands. */
  readonly onState: (live: LiveReference, state: StreamState, reason: string) => void;
  /** Told what a person should read. */
  readonly onNote: (live: LiveReference, message: string) => void;
  /** Told when a part is durable. */
  readonly onPart: (live: LiveReference, part: Pick<Part, 'at' | 'seconds'>) => void;
}

/** Captures one live reference, and registers it part by part. */
export class LiveCapture {
  readonly #clock: StreamClock;
  readonly #parts: PartCollector;
  /** Files that are not needed any more go when the parts that they are in are entered. */
  readonly #files = new Set<string>();

  constructor(
    private readonly live: LiveReference,
    private readonly capture: Capture,
    private readonly services: LiveServices,
  ) {
    this.#clock = new StreamClock(services.records.positionOf(live));
    this.#parts = new PartCollector(services.partSeconds);
  }

  /** Runs until the capture ends. */
  async run(): Promise<void> {
    try {
      for await (const event of this.capture.events) {
        if (event.type === 'segment') await this.#take(event.segment);
        else if (event.type === 'lost') await this.#lose(event);
        else if (event.type === 'note') this.#note(event.message);
        else {
          this.services.onState(this.live, event.state, event.reason);
          this.#note(`${event.state}${event.reason ? `: ${event.reason}` : ''}`);
        }
      }
      await this.#enter(this.#parts.finish());
    } finally {
      await this.#tidy([]);
    }
  }

  async #lose({
    sequence,
    duration,
    carries,
    reason,
  }: {
    sequence: number;
    duration: Seconds;
    carries: string;
    reason: string;
  }) {
    this.#note(`segment ${sequence} lost: ${reason}`);
    if (carries !== 'both') return;
    this.#clock.skip(duration);
    await this.#enter(this.#parts.finish());
  }

  async #take(segment: Segment): Promise<void> {
    if (segment.owned !== false) this.#files.add(segment.path);
    if (segment.carries !== 'both') {
      this.#note('the sound has a rendition of its own, which is left out: name an address that has both');
      return this.#tidy(this.#parts.held);
    }
    try {
      const { start, end } = await this.services.pool.run({
        kind: 'segment',
        path: segment.path,
        limits: segmentLimits(segment.duration),
        pictures: 'none',
        audioState: null,
        last: true,
      });
      const placed = this.#clock.place(segment, start, end);
      const { path: file, discontinuity } = segment;
      const parts = this.#parts.add({
        path: file,
        start: placed.start,
        end: placed.end,
        at: this.#clock.utc(placed.start),
        discontinuity,
      });
      await this.#enter(parts);
      if (this.#clock.position) this.services.records.note(this.live, this.#clock.position);
    } catch (error) {
      // One bad segment is left behind; what was before it is entered.
      this.#note(`segment ${segment.sequence} set aside: ${messageOf(error)}`);
      this.#clock.skip(segment.duration);
      await this.#enter(this.#parts.finish());
    }
  }

  async #enter(parts: readonly Part[]): Promise<void> {
    for (const part of parts)
      try {
        await this.#register(part);
        this.services.onPart(this.live, part);
      } catch (error) {
        const from = new Date(part.at).toISOString();
        this.#note(`${part.seconds.toFixed(0)} s from ${from} on cannot be looked for: ${messageOf(error)}`);
      }
    await this.#tidy(this.#parts.held);
  }

  async #register(part: Part): Promise<void> {
    const { pool, index, spool } = this.services;
    const file = path.join(
      spool,
      `${createHash('sha256').update(`${this.capture.stream.id} ${part.at}`).digest('hex')}.part`,
    );
    try {
      await writePart(part, file);
      const media = await fs.readFile(file);
      const { fingerprint, stills, report } = await pool.run({
        kind: 'reference',
        path: file,
        limits: DEFAULT_LIMITS,
        stillEvery: STILL_EVERY,
      });
      await index.enter(this.live, {
        asset: this.services.assetOf(this.live),
        fingerprintId: idOf(media, part.at),
        fingerprint,
        stills,
        source: liveSource(part.at, this.capture.stream.url),
        sourceBytes: media.length,
        missing: report.missing,
      });
    } finally {
      await fs.rm(file, { force: true });
    }
  }

  async #tidy(held: readonly { readonly path: string }[]): Promise<void> {
    const needed = new Set(held.map(({ path: file }) => file));
    for (const file of [...this.#files]) {
      if (needed.has(file)) continue;
      this.#files.delete(file);
      await fs.rm(file, { force: true });
    }
  }

  #note(message: string): void {
    this.services.onNote(this.live, message);
  }
}

/**
 * A channel may repeat itself to the byte, so the time counts; a capture that is begun again puts the same bytes into the
 * same 10 s.
 */
function idOf(media: Uint8Array, at: number): FingerprintId {
  const hash = createHash('sha256')
    .update(media)
    .update(String(Math.round(at / SAME_TIME)));
  return fingerprintId(hash.digest('hex'));
}

/** ms. */
const SAME_TIME = 10_000;
