import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Assets } from '../../../src/rights/assets.js';
import { type ElasticAssets, openElasticAssets } from '../../../src/rights/elasticsearch/index.js';
import { ReferenceJobs } from '../../../src/rights/reference-jobs.js';
import { openRightsDatabase } from '../../../src/rights/rights-store.js';
import type { AssetSearch } from '../../../src/rights/search/asset-search.js';
import { EmbeddedAssetSearch } from '../../../src/rights/search/embedded-asset-search.js';
import type { Database } from '../../../src/storage/database.js';
import type { SearchedAssets } from '../asset-search-contract.js';

const PATIENCE_MS = 200_000;

/** A list of assets that are on a real server, too. */
export class ElasticAssetStore implements SearchedAssets {
  readonly troubles: string[] = [];
  readonly clock = { now: 0 };
  readonly database: Database;
  readonly assets: Assets;
  readonly jobs: ReferenceJobs;
  readonly elastic: ElasticAssets;

  constructor(
    url: string,
    prefix: string,
    readonly data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-assets-')),
  ) {
    this.database = openRightsDatabase(data);
    this.assets = new Assets(this.database, () => this.clock.now);
    this.jobs = new ReferenceJobs(this.database, this.assets, () => this.clock.now);
    this.elastic = openElasticAssets({
      elastic: { url, prefix },
      ...{ data, assets: this.assets, store: new EmbeddedAssetSearch(this.database), now: Date.now },
      onTrouble: (message) => this.troubles.push(message),
    });
  }

  /** Asks when the server has all that the store has. */
  get search(): AssetSearch {
    const { search } = this.elastic;
    return {
      page: async (...given) => {
        await this.settled();
        return search.page(...given);
      },
      close: () => search.close(),
    };
  }

  /** Resolves when searches on the server show all that there is. */
  async settled(): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!this.elastic.isCurrent) {
      if (Date.now() > deadline) throw new Error(`${this.elastic.behind} behind: ${this.troubles.at(-1)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Closes it; the data stay. */
  async leave(): Promise<void> {
    await this.elastic.close();
    this.database.close();
  }

  async close(): Promise<void> {
    await this.leave();
    fs.rmSync(this.data, { recursive: true, force: true });
  }
}
