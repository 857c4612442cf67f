import type { Registration } from '../../src/domain/catalogue.js';
import { chunkId, chunksOf } from '../../src/reference-index/elasticsearch/chunk-documents.js';
import { ElasticClient, type Request } from '../../src/reference-index/elasticsearch/client.js';
import { ElasticIndex } from '../../src/reference-index/elasticsearch/elastic-index.js';
import { type IndexNames, indexNames } from '../../src/reference-index/elasticsearch/indices.js';

/** Landmarks and pictures are counted up to what 16 and 8 bits hold. */
const LANDMARK_PIECES = 8;

interface Hits {
  readonly hits: { readonly hits: readonly { readonly _id: string }[] };
}

/**
 * Makes an index of some hours as large as several: its chunks are cloned, a shard each, and looked up together, without
 * the titles in the copies.
 */
export class ClonedElasticsearch {
  readonly #names: IndexNames;
  readonly #client: ElasticClient;
  #copies = 1;

  constructor(
    private readonly url: string,
    prefix: string,
    private readonly titles: readonly Registration[],
  ) {
    this.#names = indexNames(prefix);
    this.#client = new ElasticClient({ url });
  }

  /** @param copies in all; there may be some already */
  async grow(copies: number): Promise<void> {
    const source = await this.#source();
    const write = async (blocked: boolean) =>
      this.#client.request({
        method: 'PUT',
        path: `/${source}/_settings`,
        body: { 'index.blocks.write': blocked || null },
      });
    await write(true);
    for (; this.#copies < copies; this.#copies++) {
      const name = `${this.#names.chunks}-clone-${this.#copies}`;
      await this.#client.request({
        method: 'POST',
        path: `/${source}/_clone/${name}`,
        query: { wait_for_active_shards: 0 },
        body: {
          settings: { 'index.blocks.write': null },
          aliases: { [this.#names.chunks]: {} },
        },
      });
      await this.#client.request({
        method: 'GET',
        path: `/_cluster/health/${name}`,
        query: { wait_for_status: 'green', timeout: '25s' },
      });
      await this.#client.bulk(
        this.titles.flatMap(({ fingerprintId, fingerprint }) =>
          chunksOf(fingerprint).map(({ number }) => ({
            action: 'delete' as const,
            index: name,
            id: chunkId(fingerprintId, number),
          })),
        ),
      );
      await this.#client.request({ method: 'POST', path: `/${name}/_refresh` });
    }
    await write(false);
  }

  async openReader(): Promise<ElasticIndex> {
    const client = new ClonesClient(this.url, this.#names.chunks, await this.#source());
    return ClonedIndex.open(client, this.#names, this.#copies);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #source(): Promise<string> {
    const indices = await this.#client.request<object>({
      method: 'GET',
      path: `/_alias/${this.#names.chunks}`,
    });
    return Object.keys(indices).find((name) => !name.includes('-clone-'))!;
  }
}

/** Of a chunk that was found in several copies the first counts: else each would vote. */
class ClonesClient extends ElasticClient {
  constructor(
    url: string,
    private readonly chunks: string,
    private readonly source: string,
  ) {
    super({ url });
  }

  override async searches<T>(index: string, bodies: readonly object[]): Promise<T[]> {
    const answers = await super.searches<T>(index, bodies);
    if (index !== this.chunks) return answers;
    return answers.map((answer) => {
      const known = new Set<string>();
      const { hits } = (answer as T & Hits).hits;
      const kept = hits.filter(({ _id }) => !known.has(_id) && known.add(_id));
      return { ...answer, hits: { hits: kept } };
    });
  }

  override async documents<T>(
    index: string,
    ids: readonly string[],
    query: Request['query'] = {},
  ): Promise<T[]> {
    return super.documents<T>(index === this.chunks ? this.source : index, ids, query);
  }
}

/** Counts every term as often as it is there. */
class ClonedIndex extends ElasticIndex {
  static async open(client: ElasticClient, names: IndexNames, copies: number): Promise<ClonedIndex> {
    const index = new ClonedIndex(client, names);
    await index.refresh();
    await index.multiply(copies);
    return index;
  }

  private async multiply(copies: number): Promise<void> {
    if (!this.state) return;
    await this.statistics.update(this.state);
    this.statistics.counts.pieces().forEach(({ buffer, byteOffset, byteLength }, n) => {
      const counts =
        n < LANDMARK_PIECES
          ? new Uint16Array(buffer, byteOffset, byteLength / 2)
          : new Uint8Array(buffer, byteOffset, byteLength);
      const most = 256 ** counts.BYTES_PER_ELEMENT - 1;
      for (let i = 0; i < counts.length; i++) counts[i] = Math.min(most, counts[i]! * copies);
    });
  }
}
