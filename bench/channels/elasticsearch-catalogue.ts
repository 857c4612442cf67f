import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openElasticIndexWriter } from '../../src/reference-index/elasticsearch/index.js';
import { openEmbeddedIndex } from '../../src/reference-index/embedded/index.js';
import { elasticsearch8 } from '../../test/engines/elasticsearch.js';
import type { Engine } from '../../test/engines/engine.js';
import { registerOthers } from '../lib/whole-way.js';
import { say } from './progress.js';
import { materialOf, plantedIn } from './references.js';

const HEAP_MIB = 1024;
/** A node that was killed is started again after so long. */
const AWAY_MS = 10_000;

/** The references of a run on a real Elasticsearch node, which may be killed in the middle of it. */
export class ElasticsearchCatalogue {
  #kills: Promise<void> = Promise.resolve();
  #wasKilled = false;
  readonly #stopping = new AbortController();

  private constructor(private readonly node: Engine) {}

  /**
   * @param folder for the node's data
   * @param data directory with the references
   * @param otherHours how much of them are no planted works, h
   */
  static async start(folder: string, data: string, otherHours: number): Promise<ElasticsearchCatalogue> {
    const directory = path.join(folder, 'elasticsearch');
    fs.mkdirSync(directory);
    const node = await elasticsearch8.start(directory, { heap: HEAP_MIB, optimised: true });
    const catalogue = new ElasticsearchCatalogue(node);
    try {
      await registerReferences(data, otherHours, catalogue.url);
      return catalogue;
    } catch (error) {
      await node.kill();
      throw error;
    }
  }

  get url(): string {
    return `http://${this.node.address}`;
  }

  /** Its process, by a name that tells its two lives apart; none while it is down. */
  get servers(): Readonly<Record<string, number>> {
    try {
      return { [this.#wasKilled ? 'elasticsearch, again' : 'elasticsearch']: this.node.pid };
    } catch {
      return {};
    }
  }

  /** `kill -9` at a moment, ms since 1970, and back a little later. */
  killAt(moment: number): void {
    this.#kills = this.#killAt(moment);
    // What went wrong is told by `stop`.
    this.#kills.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    try {
      await this.#kills;
    } finally {
      await this.node.kill();
    }
  }

  async #killAt(moment: number): Promise<void> {
    const { signal } = this.#stopping;
    try {
      await pause(Math.max(0, moment - Date.now()), undefined, { signal });
    } catch {
      return;
    }
    this.#wasKilled = true;
    await this.node.kill();
    say('Elasticsearch was killed');
    await pause(AWAY_MS);
    await this.node.restart();
    say('Elasticsearch is back');
  }
}

/** Planted works are copied; other references are made anew, as reading one back takes a walk through its segment. */
async function registerReferences(data: string, otherHours: number, url: string): Promise<void> {
  const from = await openEmbeddedIndex(data);
  const to = await openElasticIndexWriter({ url, prefix: 'streamprint' });
  try {
    const planted = await plantedIn(from);
    say(`registering ${planted.length} works and ${otherHours} h of other references on Elasticsearch …`);
    await to.register(planted);
    await registerOthers(to, materialOf(planted), otherHours);
  } finally {
    await to.close();
    await from.close();
  }
}
