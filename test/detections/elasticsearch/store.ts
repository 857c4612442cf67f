import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DetectionStore } from '../../../src/detections/detection-store.js';
import {
  type ElasticDetections,
  openElasticDetections,
} from '../../../src/detections/elasticsearch/index.js';
import { Reviews } from '../../../src/detections/reviews.js';
import { ThreadedSearch } from '../../../src/detections/search/threaded-search.js';
import type { Detection } from '../../../src/domain/match.js';
import { type SearchedStore, saveTold } from '../search-contract.js';

const PATIENCE_MS = 120_000;

/** A store whose detections are on a real server, too. */
export class ElasticStore implements SearchedStore {
  readonly troubles: string[] = [];
  readonly #store: DetectionStore;
  readonly #reviews: Reviews;
  readonly elastic: ElasticDetections;

  constructor(
    url: string,
    prefix: string,
    readonly data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-search-')),
  ) {
    this.#store = DetectionStore.openWriter(data);
    this.#reviews = Reviews.open(data);
    this.elastic = openElasticDetections({
      elastic: { url, prefix },
      data,
      store: ThreadedSearch.open(data),
      now: Date.now,
      onTrouble: (message) => this.troubles.push(message),
    });
  }

  get search() {
    return this.elastic.search;
  }

  async save(detections: readonly Detection[]): Promise<void> {
    this.write(detections);
    await this.settled();
  }

  /** Does not wait for the server. */
  write(detections: readonly Detection[]): void {
    saveTold(this.#store, detections);
  }

  async review(id: Detection['id'], verdict: 'confirmed' | 'rejected' | 'licensed' | 'second-opinion') {
    const reviewer = { id: 'u1', name: 'One' };
    this.#reviews.add(id, this.#reviews.countOf(id), { verdict, reason: 'so', note: null, reviewer });
    await this.settled();
  }

  /** Resolves when searches on the server show all that there is. */
  async settled(): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.elastic.behind > 0 || !this.elastic.isCurrent) {
      if (Date.now() > deadline) throw new Error(`${this.elastic.behind} behind: ${this.troubles.at(-1)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.elastic.refresh();
  }

  /** Closes it; the data stay. */
  async leave(): Promise<void> {
    await this.elastic.close();
    this.#reviews.close();
    this.#store.close();
  }

  async close(): Promise<void> {
    await this.leave();
    fs.rmSync(this.data, { recursive: true, force: true });
  }
}
