import { StreamprintError } from '../domain/errors.js';
import { pause } from '../domain/pause.js';
import type { ReferenceIndexWriter } from '../reference-index/reference-index.js';

/** While another process changes the catalogue, it is tried again so often, ms. */
const RETRY_MS = 250;
/** It stays open so long after its last use, ms: what follows soon need not open it again. */
const IDLE_MS = 2000;
/** What a request waits for another process, ms. */
const PATIENCE_MS = 5000;

/** The catalogue, opened to be changed. */
export interface OpenedCatalogue {
  readonly index: ReferenceIndexWriter;
  close(): Promise<unknown>;
}

export interface LendingOptions {
  /** Throws SP_DATA_LOCKED while another process changes it. */
  readonly open: () => Promise<OpenedCatalogue>;
  /** Told why it could not be closed. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * The catalogue of a service, to be changed by many at once. It is open while somebody uses it and a little longer, so
 * that commands beside the service can change it, too.
 */
export class LentCatalogue {
  readonly #ending = new AbortController();
  #users = 0;
  #opened: Promise<OpenedCatalogue> | null = null;
  #closing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: LendingOptions) {}

  /**
   * Runs work that changes the index; several at once share it.
   * @param patience for how long another process may have it, ms; 5 s, if absent
   * @throws SP_DATA_LOCKED after that; what opening and `work` throw passes
   */
  async change<T>(work: (index: ReferenceIndexWriter) => Promise<T>, patience = PATIENCE_MS): Promise<T> {
    this.#users++;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    try {
      return await work((await this.#open(patience)).index);
    } finally {
      this.#users--;
      if (this.#users === 0) this.#timer = setTimeout(() => this.#close(), IDLE_MS);
    }
  }

  /** Waits for those who use it. */
  async close(): Promise<void> {
    this.#ending.abort(
      new StreamprintError('SP_DATA_LOCKED', 'The catalogue is being closed: the service ends.'),
    );
    while (this.#users > 0) await pause(10);
    if (this.#timer) clearTimeout(this.#timer);
    this.#close();
    await this.#closing;
  }

  async #open(patience: number): Promise<OpenedCatalogue> {
    const until = performance.now() + patience;
    for (;;) {
      this.#ending.signal.throwIfAborted();
      this.#opened ??= this.#closing.then(() => this.options.open());
      const opened = this.#opened;
      try {
        return await opened;
      } catch (error) {
        if (this.#opened === opened) this.#opened = null;
        const isLocked = error instanceof StreamprintError && error.code === 'SP_DATA_LOCKED';
        if (!isLocked || performance.now() >= until) throw error;
        await pause(RETRY_MS, this.#ending.signal);
      }
    }
  }

  #close(): void {
    const opened = this.#opened;
    this.#opened = null;
    if (!opened) return;
    this.#closing = opened.then(
      async (catalogue) => {
        try {
          await catalogue.close();
        } catch (error) {
          this.options.onTrouble(error);
        }
      },
      () => undefined,
    );
  }
}
