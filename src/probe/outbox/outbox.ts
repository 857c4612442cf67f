import type { Seconds } from '../../../fingerprints/units.js';
import { StreamprintError } from '../../domain/errors.js';
import { removeFile } from '../../storage/durable-files.js';
import type { Draft, Topic } from '../../transport/index.js';
import { type Body, type Entry, lostInstead, merged, streamOf } from './entry.js';
import { EntryFiles, isWhole } from './entry-files.js';

export interface OutboxBounds {
  /** Bytes of the bodies that wait. */
  readonly maxBytes: number;
  /** A segment that waits for longer is dropped. */
  readonly maxAge: Seconds;
  /** Messages that wait, whatever they are. */
  readonly maxMessages: number;
}

export const DEFAULT_BOUNDS: OutboxBounds = { maxBytes: 2 * 2 ** 30, maxAge: 3600, maxMessages: 100_000 };

export interface OutboxStats {
  readonly messages: number;
  readonly bytes: number;
  /** When the oldest of them was put there, ms since 1970; null = nothing waits. */
  readonly oldest: number | null;
  /** Segments that were dropped since the start. */
  readonly dropped: number;
}

/** Messages of one stream, oldest first. */
interface Lane {
  readonly stream: string;
  readonly entries: Entry[];
  /** The first one is being sent: it is not to be dropped. */
  busy: boolean;
}

/**
 * Messages of a probe on their way to the bus, on disk, in the order of each stream. Bounded: beyond its bounds the
 * oldest segments are dropped, and `lost/1` takes the place of each, so that none goes without a trace.
 */
export class Outbox {
  readonly #lanes = new Map<string, Lane>();
  readonly #files: EntryFiles;
  #next = 1;
  #messages = 0;
  #bytes = 0;
  #dropped = 0;
  /** One at a time, so that what is written last is what holds. */
  #keeping: Promise<void> = Promise.resolve();
  /** Told of a stream that has something to send. */
  onReady: (stream: string) => void = () => undefined;

  private constructor(
    directory: string,
    private readonly bounds: OutboxBounds,
    private readonly now: () => number,
  ) {
    this.#files = new EntryFiles(directory);
  }

  /** @param onTrouble told what an earlier process left that is of no use, one sentence each */
  static async open(
    directory: string,
    bounds: OutboxBounds,
    now: () => number,
    onTrouble: (message: string) => void,
  ): Promise<Outbox> {
    const outbox = new Outbox(directory, bounds, now);
    const { entries, notes } = await outbox.#files.load();
    for (const note of notes) onTrouble(note);
    for (const entry of entries) {
      outbox.#next = Math.max(outbox.#next, entry.number + 1);
      if (await isWhole(entry)) outbox.#append(entry);
      else await outbox.#appendLost(entry, 'the probe was killed, and its media are gone');
    }
    return outbox;
  }

  get stats(): OutboxStats {
    const firsts = [...this.#lanes.values()].flatMap(({ entries }) => entries.slice(0, 1));
    const oldest = firsts.reduce<number | null>((least, { at }) => Math.min(least ?? at, at), null);
    return { messages: this.#messages, bytes: this.#bytes, oldest, dropped: this.#dropped };
  }

  /** Streams that have something to send. */
  get streams(): string[] {
    return [...this.#lanes].flatMap(([stream, { entries }]) => (entries.length > 0 ? [stream] : []));
  }

  /**
   * Resolves when the message is on disk; where there is no room, its segment is dropped, and that is told in its
   * place. Messages of one stream are to be added one after the other.
   * @param body the file that holds it; an owned one is the outbox's from now on
   */
  async add(topic: Topic, draft: Draft, body: Body | null = null): Promise<void> {
    let entry: Entry = { number: this.#next++, topic, draft, body, at: this.now() };
    try {
      if (body?.owned)
        entry = { ...entry, body: { ...body, file: await this.#files.takeBody(entry.number, body.file) } };
      await this.#files.write(entry);
      this.#append(entry);
    } catch (error) {
      if (!(error instanceof StreamprintError) || error.code !== 'SP_DISK_FULL') throw error;
      if (entry.body?.owned) await removeFile(entry.body.file);
      await this.#appendLost(entry, 'the disk of the probe is full');
    }
    this.#keeping = this.#keeping.then(() => this.#keepBounds());
    await this.#keeping;
    this.onReady(streamOf(entry));
  }

  /** The next message of a stream, which is not dropped until `done` or `failed`; null = none waits. */
  take(stream: string): Entry | null {
    const lane = this.#lanes.get(stream);
    const entry = lane?.entries[0];
    if (!lane || !entry || lane.busy) return null;
    lane.busy = true;
    return entry;
  }

  /** The message that was taken is sent. */
  async done(stream: string): Promise<void> {
    const lane = this.#lanes.get(stream)!;
    const entry = lane.entries.shift()!;
    lane.busy = false;
    if (lane.entries.length === 0) this.#lanes.delete(stream);
    this.#count(entry, -1);
    await this.#files.remove(entry);
  }

  /** The message that was taken could not be sent: it stays the next one. */
  failed(stream: string): void {
    const lane = this.#lanes.get(stream);
    if (lane) lane.busy = false;
  }

  /** The message that was taken can never be sent: a segment is dropped, and that is told in its place. */
  async refused(stream: string, reason: string): Promise<void> {
    const lane = this.#lanes.get(stream)!;
    lane.busy = false;
    await this.#drop(lane, 0, reason);
  }

  async #appendLost(entry: Entry, reason: string): Promise<void> {
    const lost = lostInstead(entry, reason, this.now());
    if (lost !== null) this.#dropped++;
    const last = lost ?? { ...entry, body: null };
    // It is told as long as this process lives, even where not one more file can be written.
    await this.#files.write(last).catch(() => undefined);
    this.#append(last);
  }

  #append(entry: Entry): void {
    const stream = streamOf(entry);
    const lane = this.#lanes.get(stream) ?? { stream, entries: [], busy: false };
    this.#lanes.set(stream, lane);
    lane.entries.push(entry);
    this.#count(entry, 1);
  }

  #count({ body }: Entry, sign: 1 | -1): void {
    this.#messages += sign;
    this.#bytes += sign * (body?.bytes ?? 0);
  }

  async #keepBounds(): Promise<void> {
    const { maxBytes, maxAge, maxMessages } = this.bounds;
    for (;;) {
      const oldest = this.#oldest(({ body }) => body !== null);
      if (oldest === null) break;
      const tooOld = this.now() - oldest.lane.entries[oldest.index]!.at > 1000 * maxAge;
      if (this.#bytes <= maxBytes && this.#messages <= maxMessages && !tooOld) break;
      const why = tooOld ? `${maxAge} s` : `${Math.round(maxBytes / 2 ** 20)} MiB`;
      await this.#drop(
        oldest.lane,
        oldest.index,
        `the broker was away for longer than the buffer holds (${why})`,
      );
    }
    while (this.#messages > maxMessages) {
      const note = this.#oldest(({ draft }) => draft.type === 'note/1');
      if (note === null) return;
      await this.#drop(note.lane, note.index, '');
    }
  }

  /** The oldest message of a kind that is not being sent. */
  #oldest(is: (entry: Entry) => boolean): { lane: Lane; index: number } | null {
    let oldest: { lane: Lane; index: number; number: number } | null = null;
    for (const lane of this.#lanes.values()) {
      const index = lane.entries.findIndex((entry, i) => !(lane.busy && i === 0) && is(entry));
      const entry = lane.entries[index];
      if (entry && (oldest === null || entry.number < oldest.number))
        oldest = { lane, index, number: entry.number };
    }
    return oldest;
  }

  /** A segment becomes a loss in its place, one with the loss before it where they go together; all else goes. */
  async #drop(lane: Lane, index: number, reason: string): Promise<void> {
    const entry = lane.entries[index]!;
    const lost = lostInstead(entry, reason, this.now());
    const before = index > 0 && !(lane.busy && index === 1) ? lane.entries[index - 1]! : null;
    const joined = lost && before && merged(before, lost);
    if (joined) lane.entries.splice(index - 1, 2, joined);
    else if (lost) lane.entries.splice(index, 1, lost);
    else lane.entries.splice(index, 1);
    if (lane.entries.length === 0) this.#lanes.delete(lane.stream);
    this.#bytes -= entry.body?.bytes ?? 0;
    if (joined || !lost) this.#messages--;
    if (lost) this.#dropped++;
    // First what is told, then what is deleted: killed in between, it is told of a segment that is sent again.
    const told = joined ?? lost;
    if (told) await this.#files.write(told).catch(() => undefined);
    if (joined || !lost) await this.#files.remove(entry);
    else if (entry.body?.owned) await removeFile(entry.body.file);
  }
}
