import type { Registration } from '../domain/catalogue.js';
import { liveStartOf } from '../domain/live-reference.js';
import type { ReferenceIndexWriter } from '../reference-index/reference-index.js';
import type { LiveReference } from './live-reference.js';

const DAY_MS = 24 * 3600 * 1000;

/** Runs work that changes the catalogue, when it may be changed. */
export type ChangeCatalogue = <T>(work: (index: ReferenceIndexWriter) => Promise<T>) => Promise<T>;

/** Enters parts of live references into the catalogue, which others change too. */
export class LiveIndex {
  constructor(
    private readonly change: ChangeCatalogue,
    private readonly now: () => number,
  ) {}

  /** Enters a part, and takes out those of its live reference that are too old. Resolves when that is durable. */
  enter(live: LiveReference, registration: Registration): Promise<void> {
    return this.change(async (index) => {
      await index.register([registration]);
      // Parts are not compared with other references: what they share is told when streams are matched.
      await index.saveOverlaps(registration.fingerprintId, []);
      await this.#expire(index, live);
    });
  }

  /** Takes out what is too old of a live reference. */
  expire(live: LiveReference): Promise<void> {
    return this.change((index) => this.#expire(index, live));
  }

  /** Takes a live reference out with all its parts. Resolves to how many there were. */
  async remove({ catalogue, assetId }: LiveReference): Promise<number> {
    return this.change((index) => index.removeAsset(catalogue, assetId));
  }

  async #expire(index: ReferenceIndexWriter, { catalogue, assetId, days }: LiveReference): Promise<void> {
    const first = this.now() - days * DAY_MS;
    for (const { id, source, duration } of await index.references({ catalogue, assetId })) {
      const start = liveStartOf(source);
      if (start !== null && start + 1000 * duration < first) await index.removeReference(id);
    }
  }
}
