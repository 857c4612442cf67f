import fs from 'node:fs';
import type { StreamInfo } from '../domain/match.js';
import { diskError } from '../storage/disk-errors.js';
import type { Carried } from './carried.js';
import { deleteHour } from './hour-files.js';
import { hoursIn, PastLayout } from './layout.js';
import { HOUR_MS } from './piece.js';
import { StreamPast } from './stream-past.js';

const DAY_MS = 24 * HOUR_MS;
/** How long what streams carried is kept, unless it is said otherwise. */
export const DEFAULT_PAST_DAYS = 14;

export interface PastOptions {
  /** What is older leaves; more than 0. */
  readonly days: number;
  /** ms since 1970. */
  readonly now: () => number;
}

/**
 * Keeps what every stream carried for a rolling window. Several processes may keep different streams in one data
 * directory; a stream is one process's at a time.
 */
export class PastWriter {
  readonly #streams = new Map<string, StreamPast>();
  #expiredAt = Number.NEGATIVE_INFINITY;

  private constructor(
    private readonly layout: PastLayout,
    private readonly options: PastOptions,
  ) {}

  /**
   * Creates the folder where it is missing, makes whole what an earlier process left, and drops what is too old.
   * @throws SP_DISK_FULL
   */
  static open(dataDirectory: string, options: PastOptions): PastWriter {
    const layout = new PastLayout(dataDirectory);
    try {
      fs.mkdirSync(layout.streams, { recursive: true });
      const past = new PastWriter(layout, options);
      past.#expire();
      return past;
    } catch (error) {
      throw diskError(layout.root, error);
    }
  }

  /**
   * Adds what a segment carried; what is known of its time already is left out, so that the same segment again
   * changes nothing. When this returns, it survives `kill -9`; the loss of power may take the last minute.
   * @throws SP_DISK_FULL
   */
  append(stream: StreamInfo, carried: Carried): void {
    try {
      this.#past(stream).append(carried);
      if (this.options.now() - this.#expiredAt >= HOUR_MS) this.#expire();
    } catch (error) {
      throw diskError(this.layout.root, error);
    }
  }

  #past(stream: StreamInfo): StreamPast {
    let past = this.#streams.get(stream.id);
    if (!past) {
      past = StreamPast.open(this.layout.folderOf(stream.id), stream, this.options.now);
      this.#streams.set(stream.id, past);
    }
    return past;
  }

  /** Deletes the hours that lie before the window, of every stream that there is. */
  #expire(): void {
    const now = this.options.now();
    this.#expiredAt = now;
    const first = Math.floor((now - this.options.days * DAY_MS) / HOUR_MS);
    for (const name of fs.readdirSync(this.layout.streams)) {
      const folder = `${this.layout.streams}/${name}`;
      const hours = hoursIn(fs.readdirSync(folder));
      const old = hours.filter((hour) => hour < first);
      for (const hour of old) deleteHour(folder, hour);
      if (hours.length > 0 && old.length === hours.length) this.#forget(folder);
    }
  }

  /** A stream of which nothing is left leaves as a whole. */
  #forget(folder: string): void {
    fs.rmSync(folder, { recursive: true, force: true });
    for (const [id] of this.#streams) if (this.layout.folderOf(id) === folder) this.#streams.delete(id);
  }
}
