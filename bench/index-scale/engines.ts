import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Registration } from '../../src/domain/catalogue.js';
import { openElasticIndex, openElasticIndexWriter } from '../../src/reference-index/elasticsearch/index.js';
import { openEmbeddedIndex, openEmbeddedIndexWriter } from '../../src/reference-index/embedded/index.js';
import type { ReferenceIndex, ReferenceIndexWriter } from '../../src/reference-index/reference-index.js';
import { elasticsearch8 } from '../../test/engines/elasticsearch.js';
import type { Engine } from '../../test/engines/engine.js';
import { rss } from '../lib/memory.js';
import { ClonedElasticsearch } from './cloned-elasticsearch.js';
import { ClonedEmbedded } from './cloned-embedded.js';

export type EngineName = 'embedded' | 'elasticsearch';

/** An empty index in a folder of its own. */
export interface BenchEngine {
  readonly name: EngineName;
  openWriter(): Promise<ReferenceIndexWriter>;
  openReader(): Promise<ReferenceIndex>;
  /**
   * Makes what was registered several times as large without registering more; readers that are opened then see it. No
   * writer may be open.
   * @param copies in all
   * @param titles are not in the copies
   */
  multiply(copies: number, titles: readonly Registration[]): Promise<void>;
  /** Resident memory of what holds the index: this process, or the server. MiB. */
  rssMiB(): number;
  dispose(): Promise<void>;
}

export async function startEngine(name: EngineName, heapMiB: number): Promise<BenchEngine> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), `streamprint-bench-${name}-`));
  const remove = () => fs.rmSync(directory, { recursive: true, force: true });
  if (name === 'embedded') {
    let cloned: ClonedEmbedded | null = null;
    return {
      name,
      multiply: async (copies, titles) => {
        cloned ??= new ClonedEmbedded(directory, titles);
        cloned.grow(copies);
      },
      openWriter: () => openEmbeddedIndexWriter(directory),
      openReader: () => openEmbeddedIndex(directory),
      rssMiB: () => {
        global.gc?.();
        return rss();
      },
      dispose: async () => remove(),
    };
  }
  const server = await elasticsearch8.start(directory, { heap: heapMiB, optimised: true });
  const options = { url: `http://${server.address}`, prefix: 'bench' };
  let cloned: ClonedElasticsearch | null = null;
  return {
    name,
    openWriter: () => openElasticIndexWriter(options),
    openReader: async () => cloned?.openReader() ?? openElasticIndex(options),
    multiply: async (copies, titles) => {
      cloned ??= new ClonedElasticsearch(options.url, options.prefix, titles);
      await cloned.grow(copies);
    },
    rssMiB: () => residentMiB(server),
    dispose: async () => {
      await cloned?.close();
      await server.kill();
      remove();
    },
  };
}

function residentMiB({ pid }: Engine): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}
