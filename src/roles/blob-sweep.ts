import type { Config } from '../config.js';
import { messageOf } from '../domain/errors.js';
import type { BlobStore } from '../transport/index.js';
import { blobStore } from './bus.js';

const HOUR_MS = 3_600_000;

export interface SweepOptions {
  /** ms */
  readonly keep: number;
  readonly onTrouble: (message: string) => void;
  /** ms; an hour if absent. */
  readonly every?: number;
  readonly now?: () => number;
}

/**
 * Deletes what lies in a blob store for longer than messages name it, now and every hour: whoever works on messages
 * does it. Several may, with one store.
 */
export class BlobSweep {
  readonly #timer: NodeJS.Timeout;
  #sweeping: Promise<void>;

  /** @param blobs null = there is nothing to delete */
  constructor(
    private readonly blobs: BlobStore | null,
    private readonly options: SweepOptions,
  ) {
    this.#sweeping = this.#sweep();
    this.#timer = setInterval(() => {
      this.#sweeping = this.#sweeping.then(() => this.#sweep());
    }, options.every ?? HOUR_MS);
  }

  /** Of the blob store that the configuration asks for. */
  static of(config: Config, dataDirectory: string, onTrouble: (message: string) => void): BlobSweep {
    return new BlobSweep(blobStore(config, dataDirectory), { keep: config.blobHours * HOUR_MS, onTrouble });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const { keep, onTrouble, now = Date.now } = this.options;
    try {
      await this.blobs?.removeBefore(now() - keep);
    } catch (error) {
      onTrouble(`Old bodies in the blob store could not be deleted: ${messageOf(error)}`);
    }
  }
}
