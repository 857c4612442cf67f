import type { BulkOptions, ElasticClient } from '../reference-index/elasticsearch/client.js';
import { refreshIndex } from '../reference-index/elasticsearch/documents.js';
import { makeIndex } from '../reference-index/elasticsearch/make-index.js';
import type { CopyKind } from './copy-kind.js';

type Aliases = Readonly<Record<string, object>>;
type Mappings = Readonly<
  Record<string, { readonly mappings: { readonly _meta?: { readonly layout?: number } } }>
>;

/** The index that holds the copies of one store, behind an alias. */
export class CopyIndex<T extends { readonly number: number }> {
  readonly alias: string;

  /** @param store name of its feed */
  constructor(
    private readonly client: ElasticClient,
    private readonly kind: CopyKind<T>,
    prefix: string,
    store: string,
  ) {
    this.alias = `${prefix}-${kind.alias}-${store}`;
  }

  /** Makes the index, or makes it anew where it is of another layout. */
  async prepare(): Promise<void> {
    const known = await this.client.request<Mappings>(
      { method: 'GET', path: `/${this.alias}/_mapping` },
      'null',
    );
    const names = Object.keys(known ?? {}).sort();
    if (names.length === 1 && known?.[names[0]!]?.mappings._meta?.layout === this.kind.layout) return;
    const last = Number(/-(\d{6})$/.exec(names.at(-1) ?? '')?.[1] ?? 0);
    const next = `${this.alias}-${String(last + 1).padStart(6, '0')}`;
    await makeIndex(this.client, next, {
      settings: { number_of_shards: 1, refresh_interval: '1s' },
      mappings: { ...this.kind.mapping, _meta: { layout: this.kind.layout } },
    });
    const actions = [
      ...names.map((index) => ({ remove_index: { index } })),
      { add: { index: next, alias: this.alias } },
    ];
    await this.client.request({ method: 'POST', path: '/_aliases', body: { actions } });
  }

  /** Number of the newest change that is there; 0 = there is none. */
  async newest(): Promise<number> {
    await this.refresh();
    const [answer] = await this.client.searches<{
      aggregations: { newest: { value: number | null } };
    }>(this.alias, [{ size: 0, track_total_hits: false, aggs: { newest: { max: { field: 'number' } } } }]);
    return answer!.aggregations.newest.value ?? 0;
  }

  /** Writes things, none over a later one; what was acknowledged is on the disk of the server. */
  async write(things: readonly T[], onUnusable: BulkOptions['onUnusable']): Promise<void> {
    const items = things.map((thing) => {
      const { id, document } = this.kind.copyOf(thing);
      const of = { index: this.alias, id, version: thing.number };
      return document === null
        ? { action: 'delete' as const, ...of }
        : { action: 'index' as const, ...of, document };
    });
    await this.client.bulk(items, { aliasesOnly: true, ...(onUnusable && { onUnusable }) });
  }

  /** Shows what was written to searches, which else takes a second. */
  refresh(): Promise<void> {
    return refreshIndex(this.client, this.alias);
  }

  /** Deletes the index and its alias. */
  async remove(): Promise<void> {
    const known = await this.client.request<Aliases>(
      { method: 'GET', path: `/_alias/${this.alias}` },
      'null',
    );
    for (const name of Object.keys(known ?? {}))
      await this.client.request({ method: 'DELETE', path: `/${name}` }, 'null');
  }
}
