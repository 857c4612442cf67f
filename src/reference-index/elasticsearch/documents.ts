import type { ElasticClient } from './client.js';

const PAGE = 1000;
const KEEP_ALIVE = '2m';
/** Documents that one request gets by their ids. */
const GET_AT_ONCE = 500;

interface Hit<T> {
  readonly _id: string;
  readonly _source: T;
}

interface Sorted {
  readonly sort?: readonly unknown[];
}

interface SearchAnswer<T> {
  readonly pit_id?: string;
  readonly hits: { readonly hits: readonly T[] };
}

interface StoredDocument<T> {
  readonly found?: boolean;
  readonly _source?: T;
}

export interface Found<T> {
  readonly id: string;
  readonly document: T;
}

/** Everything that a query finds, in no order; as it was at one moment. */
export async function findAll<T>(client: ElasticClient, index: string, query: object): Promise<Found<T>[]> {
  const body = { size: PAGE, query };
  const [first] = await client.searches<SearchAnswer<Hit<T>>>(index, [{ ...body, track_total_hits: false }]);
  if (first!.hits.hits.length < PAGE) return first!.hits.hits.map(foundOf);
  const found: Found<T>[] = [];
  for await (const hits of scan<Hit<T>>(client, index, body))
    for (const hit of hits) found.push(foundOf(hit));
  return found;
}

/** All hits of a search, page by page, in no order; as the index was at one moment. */
export async function* scan<T>(
  client: ElasticClient,
  index: string,
  body: { readonly size: number } & object,
): AsyncGenerator<readonly T[]> {
  const opened = await client.request<{ id: string }>({
    method: 'POST',
    path: `/${index}/_pit`,
    query: { keep_alive: KEEP_ALIVE },
  });
  let pit = opened.id;
  let after: readonly unknown[] | undefined;
  try {
    for (;;) {
      const answer: SearchAnswer<T & Sorted> = await client.request<SearchAnswer<T & Sorted>>({
        method: 'POST',
        path: '/_search',
        query: { allow_partial_search_results: false },
        body: {
          ...body,
          track_total_hits: false,
          pit: { id: pit, keep_alive: KEEP_ALIVE },
          sort: ['_shard_doc'],
          ...(after && { search_after: after }),
        },
      });
      const { hits } = answer.hits;
      pit = answer.pit_id ?? pit;
      if (hits.length > 0) yield hits;
      if (hits.length < body.size) return;
      after = hits.at(-1)!.sort;
    }
  } finally {
    await client.request({ method: 'DELETE', path: '/_pit', body: { id: pit } }, 'null');
  }
}

/** Documents by their ids, also those that were written a moment ago; null for each that is not there. */
export async function getAll<T>(
  client: ElasticClient,
  index: string,
  ids: readonly string[],
): Promise<(T | null)[]> {
  const documents: (T | null)[] = [];
  for (let at = 0; at < ids.length; at += GET_AT_ONCE) {
    const docs = await client.documents<StoredDocument<T>>(index, ids.slice(at, at + GET_AT_ONCE));
    for (const { found, _source } of docs) documents.push(found ? _source! : null);
  }
  return documents;
}

/** Shows what was written so far to searches. */
export async function refreshIndex(client: ElasticClient, index: string): Promise<void> {
  await client.request({ method: 'POST', path: `/${index}/_refresh` });
}

function foundOf<T>({ _id, _source }: Hit<T>): Found<T> {
  return { id: _id, document: _source };
}
