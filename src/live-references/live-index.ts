import { setTimeout as pause } from 'node:timers/promises';
import type { Registration } from '../domain/catalogue.js';
import { StreamprintError } from '../domain/errors.js';
import { liveStartOf } from '../domain/live-reference.js';
import type { ReferenceIndexWriter } from '../reference-index/reference-index.js';
import { Serial } from '../storage/serial.js';
import type { LiveReference } from './live-reference.js';

const DAY_MS = 24 * 3600 * 1000;
/** While another process changes the catalogue, it is tried again so often, ms. */
const RETRY_EVERY = 500;

/** Opens the catalogue to be changed for a short time. Throws SP_DATA_LOCKED while somebody else changes it. */
export type OpenCatalogue = () => Promise<{
  readonly index: ReferenceIndexWriter;
  close(): Promise<unknown>;
}>;

/** Enters parts of live references into the catalogue, which others change too: it is open for as short as can be. */
export class LiveIndex {
  readonly #serial = new Serial();

  constructor(
    private readonly open: OpenCatalogue,
    private readonly now: () => number,
    private readonly signal: AbortSignal,
  ) {}

  /** Enters a part, and takes out those of its live reference that are too old. Resolves when that is durable. */
  enter(live: LiveReference, registration: Registration): Promise<void> {
    return this.#change(async (index) => {
      await index.register([registration]);
      // Parts are not compared with other references: what they share is told when streams are matched.
      await index.saveOverlaps(registration.fingerprintId, []);
      await this.#expire(index, live);
    });
  }

  /** Takes out what is too old of a live reference. */
  expire(live: LiveReference): Promise<void> {
    return this.#change((index) => this.#expire(index, live));
  }

  /** Takes a live reference out with all its parts. Resolves to how many there were. */
  async remove({ catalogue, assetId }: LiveReference): Promise<number> {
    let removed = 0;
    await this.#change(async (index) => {
      removed = await index.removeAsset(catalogue, assetId);
    });
    return removed;
  }

  async #expire(index: ReferenceIndexWriter, { catalogue, assetId, days }: LiveReference): Promise<void> {
    const first = this.now() - days * DAY_MS;
    for (const { id, source, duration } of await index.references({ catalogue, assetId })) {
      const start = liveStartOf(source);
      if (start !== null && start + 1000 * duration < first) await index.removeReference(id);
    }
  }

  #change(work: (index: ReferenceIndexWriter) => Promise<void>): Promise<void> {
    return this.#serial.run(async () => {
      const catalogue = await this.#opened();
      try {
        await work(catalogue.index);
      } finally {
        await catalogue.close();
      }
    });
  }

  async #opened(): ReturnType<OpenCatalogue> {
    for (;;) {
      try {
        return await this.open();
      } catch (error) {
        if (!(error instanceof StreamprintError && error.code === 'SP_DATA_LOCKED')) throw error;
        await pause(RETRY_EVERY, undefined, { signal: this.signal });
      }
    }
  }
}
