import type { ElasticClient } from './client.js';
import { makeIndex } from './make-index.js';

/** Layout of what is stored. A newer one is refused, an older one is upgraded or refused. */
export const DATA_VERSION = 1;

/** The indices of one installation, by their aliases. */
export interface IndexNames {
  readonly records: string;
  readonly chunks: string;
  readonly stills: string;
  readonly counts: string;
}

export function indexNames(prefix: string): IndexNames {
  return {
    records: `${prefix}-records`,
    chunks: `${prefix}-chunks`,
    stills: `${prefix}-stills`,
    counts: `${prefix}-counts`,
  };
}

const keyword = { type: 'keyword' };
const double = { type: 'double' };
const long = { type: 'long' };
/** Kept, not searched. */
const opaque = { type: 'object', enabled: false };
const stored = { type: 'binary', store: true };
/** Words of five digits; how often one occurs in a document, and how long documents are, says nothing. */
const terms = { type: 'text', analyzer: 'whitespace', norms: false, index_options: 'docs' };

const MAPPINGS: Readonly<Record<keyof IndexNames, object>> = {
  records: {
    properties: {
      kind: keyword,
      catalogue: keyword,
      assetId: keyword,
      referenceId: keyword,
      fingerprintId: keyword,
      title: { type: 'text', fields: { exact: { type: 'keyword', ignore_above: 1024 } } },
      eidr: keyword,
      isan: keyword,
      isrc: keyword,
      rightsHolder: { type: 'text', fields: { exact: { type: 'keyword', ignore_above: 1024 } } },
      territories: keyword,
      validFrom: keyword,
      validTo: keyword,
      excluded: opaque,
      source: { type: 'keyword', ignore_above: 4096 },
      sourceBytes: long,
      registeredAt: { type: 'date', format: 'epoch_millis' },
      missing: opaque,
      duration: double,
      hasVideo: { type: 'boolean' },
      audioTracks: { type: 'integer' },
      chunks: { type: 'integer' },
      layout: opaque,
      landmarks: long,
      pictureTerms: long,
      stills: opaque,
      stillBytes: long,
      compared: { type: 'boolean' },
      generation: long,
      other: keyword,
      own: opaque,
      others: opaque,
      modality: keyword,
      score: double,
      state: opaque,
    },
  },
  chunks: {
    _source: { enabled: false },
    properties: {
      generation: { type: 'integer', doc_values: false },
      sound: terms,
      pictures: terms,
      landmarks: stored,
      words: stored,
      rows: stored,
    },
  },
  stills: {
    _source: { enabled: false },
    properties: { generation: { type: 'integer', doc_values: false }, jpeg: stored },
  },
  counts: { _source: { enabled: false }, properties: { piece: stored } },
};

export interface IndexShape {
  /** Of the chunks. */
  readonly shards: number;
}

/** Makes what is not there yet. */
export async function createIndices(
  client: ElasticClient,
  names: IndexNames,
  { shards }: IndexShape,
): Promise<void> {
  for (const kind of Object.keys(MAPPINGS) as (keyof IndexNames)[]) {
    const alias = names[kind];
    const known = await client.request<object>({ method: 'GET', path: `/_alias/${alias}` }, 'null');
    if (known) continue;
    await createIndex(client, kind, `${alias}-000001`, kind === 'chunks' ? shards : 1, alias);
  }
}

/** Makes one index, unless it is there. */
export function createIndex(
  client: ElasticClient,
  kind: keyof IndexNames,
  name: string,
  shards: number,
  alias: string | null,
): Promise<void> {
  return makeIndex(client, name, {
    settings: {
      number_of_shards: shards,
      // Changes are shown when they are whole, by whoever made them.
      refresh_interval: '-1',
      // Documents and copies for recovery that nobody needs go at merges from then on.
      'soft_deletes.retention_lease.period': '1m',
      // No two questions are the same.
      'queries.cache.enabled': false,
    },
    mappings: { dynamic: 'strict', _meta: { streamprint: { version: DATA_VERSION } }, ...MAPPINGS[kind] },
    ...(alias && { aliases: { [alias]: {} } }),
  });
}
