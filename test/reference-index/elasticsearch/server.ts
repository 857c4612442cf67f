import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  type ElasticIndexOptions,
  openElasticIndex,
  openElasticIndexWriter,
} from '../../../src/reference-index/elasticsearch/index.js';
import type { ReferenceIndex } from '../../../src/reference-index/reference-index.js';
import type { ElasticsearchKind } from '../../engines/elasticsearch.js';
import type { Engine } from '../../engines/engine.js';
import type { IndexUnderTest } from '../contract.js';

/** A node of its own for a file of tests. */
export class TestServer {
  private prefixes = 0;

  private constructor(
    readonly engine: Engine,
    private readonly directory: string,
  ) {}

  static async start(kind: ElasticsearchKind): Promise<TestServer> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-elasticsearch-'));
    return new TestServer(await kind.start(directory), directory);
  }

  get url(): string {
    return `http://${this.engine.address}`;
  }

  /** Options for an index of its own on this node. */
  options(options: Partial<ElasticIndexOptions> = {}): ElasticIndexOptions {
    return { url: this.url, prefix: `test-${this.prefixes++}`, ...options };
  }

  /** An empty index of its own, deleted when it is disposed of. */
  async index(): Promise<IndexUnderTest> {
    const options = this.options();
    const writer = await openElasticIndexWriter(options);
    const readers: ReferenceIndex[] = [];
    return {
      writer,
      directory: this.directory,
      openReader: async () => {
        const reader = await openElasticIndex(options);
        readers.push(reader);
        return reader;
      },
      dispose: async () => {
        for (const reader of readers) await reader.close();
        await writer.close();
        await this.forget(options.prefix);
      },
    };
  }

  async call<T>(method: string, at: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}${at}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new Error(`${method} ${at}: ${response.status} ${await response.text()}`);
    return response.json() as Promise<T>;
  }

  /** Deletes the indices of an installation. */
  async forget(prefix: string): Promise<void> {
    const indices = await this.call<Record<string, unknown>>('GET', `/_alias/${prefix}-*`);
    await this.call('DELETE', `/${Object.keys(indices).join(',')}`);
  }

  async dispose(): Promise<void> {
    await this.engine.kill();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}
