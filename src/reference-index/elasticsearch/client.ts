import { setTimeout as pause } from 'node:timers/promises';
import { Client, errors } from '@elastic/elasticsearch';
import { type Failure, failureOf, ItemsRefused, refusal } from './errors.js';

export interface ElasticOptions {
  /** `https://host:port`, of one node or of what distributes to several. */
  readonly url: string;
  /** As Elasticsearch gave it out, base64. */
  readonly apiKey?: string | null;
  /** PEM of the authority that signed the node's certificate, where the system does not know it. */
  readonly ca?: string | null;
  /** What cannot be served now is tried again for this long, ms. */
  readonly patienceMs?: number;
  /** How long one request may take, ms. */
  readonly timeoutMs?: number;
}

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  /** Lines of JSON. */
  readonly lines?: readonly string[];
}

/** One action of a bulk request. */
export interface BulkItem {
  readonly action: 'index' | 'delete';
  readonly index: string;
  readonly id: string;
  /** JSON. */
  readonly document?: string;
  /** Given by us: what is there of this version or a later one stays, and that is no failure. */
  readonly version?: number;
}

export interface BulkOptions {
  /** Every name must be that of an alias: else one that is missing would be made, as an index without a mapping. */
  readonly aliasesOnly?: boolean;
  /** Called after every few requests, beside those that follow, one call at a time; it may fail. */
  readonly meanwhile?: () => Promise<void>;
  /** Told of documents that can never be stored; without it the first of them is thrown. */
  readonly onUnusable?: (item: BulkItem, reason: string) => void;
}

interface BulkAnswer {
  readonly errors: boolean;
  readonly items: readonly Readonly<
    Record<string, { status: number; error?: { type: string; reason: string } }>
  >[];
}

interface Refused {
  readonly type: string;
  readonly reason?: string;
}

interface MultiAnswer<T> {
  readonly responses: readonly (T & { readonly status: number; readonly error?: Refused })[];
}

const REQUEST_TIMEOUT_MS = 30_000;
const PATIENCE_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3000;
/** A bulk request takes about so much; the server's own limit is 100 MB. */
const BULK_BYTES = 4 * 1024 * 1024;
const ACTION_BYTES = 120;
const BULK_LANES = 3;
/** Requests, 16 MB. */
const MEANWHILE_EVERY = 4;

/**
 * The one module that speaks with Elasticsearch. What cannot be served now (no answer, a red index, a full queue, a
 * circuit breaker) is tried again until patience ends: SP_INDEX_UNAVAILABLE. Anything else fails at once: SP_INDEX_REFUSED,
 * SP_DISK_FULL. Every request may come twice, so callers only send what may.
 */
export class ElasticClient {
  readonly #client: Client;
  readonly #patienceMs: number;
  /** For sentences: without what may be secret. */
  readonly where: string;

  constructor(options: ElasticOptions) {
    const { url, apiKey, ca, patienceMs = PATIENCE_MS, timeoutMs = REQUEST_TIMEOUT_MS } = options;
    const node = new URL(url);
    this.where = `${node.protocol}//${node.host}`;
    this.#patienceMs = patienceMs;
    this.#client = new Client({
      node: url,
      maxRetries: 0,
      requestTimeout: timeoutMs,
      // What comes back is what this project has written: keys are its own.
      disablePrototypePoisoningProtection: true,
      ...(apiKey && { auth: { apiKey } }),
      ...(ca && { tls: { ca } }),
    });
  }

  /** @returns the body of the answer; null where `missing` says that 404 is one */
  async request<T>(request: Request, missing?: 'null'): Promise<T>;
  async request<T>(request: Request, missing: 'null'): Promise<T | null>;
  async request<T>(request: Request, missing?: 'null'): Promise<T | null> {
    return this.#patiently(async () => {
      try {
        return await this.#send<T>(request);
      } catch (error) {
        if (missing && error instanceof errors.ResponseError && error.statusCode === 404) return null;
        throw error;
      }
    });
  }

  /**
   * Sends all actions, in requests of a bounded size, three at a time: their order is not kept. Those that the server had
   * no room for are sent again. Deleting what is not there is done.
   */
  async bulk(items: Iterable<BulkItem>, options: BulkOptions = {}): Promise<void> {
    const { meanwhile } = options;
    const batches = batchesOf(items);
    let since = 0;
    let beside: Promise<void> | null = null;
    const lane = async () => {
      for (let next = batches.next(); !next.done; next = batches.next()) {
        await this.#bulkAll(next.value, options);
        if (++since < MEANWHILE_EVERY || beside || !meanwhile) continue;
        since = 0;
        beside = meanwhile()
          .catch(() => undefined)
          .finally(() => {
            beside = null;
          });
      }
    };
    try {
      await Promise.all(Array.from({ length: BULK_LANES }, lane));
    } finally {
      await beside;
    }
  }

  /** Searches of one index in one round trip, in the order of their bodies; whole, or not at all. */
  async searches<T>(index: string, bodies: readonly object[]): Promise<T[]> {
    const query = { allow_partial_search_results: false };
    if (bodies.length === 1)
      return [await this.request<T>({ method: 'POST', path: `/${index}/_search`, query, body: bodies[0]! })];
    const head = JSON.stringify(query);
    return this.#patiently(async () => {
      const { responses } = await this.#send<MultiAnswer<T>>({
        method: 'POST',
        path: `/${index}/_msearch`,
        lines: bodies.flatMap((body) => [head, JSON.stringify(body)]),
      });
      for (const { status, error } of responses)
        if (error) throw new ItemsRefused(refusal(status, error.type, error.reason ?? '', this.where));
      return [...responses];
    });
  }

  /** Documents of one index by their ids, in the order of these; all that are there, or none at all. */
  async documents<T>(index: string, ids: readonly string[], query: Request['query'] = {}): Promise<T[]> {
    return this.#patiently(async () => {
      const { docs } = await this.#send<{ docs: (T & { readonly error?: Refused })[] }>({
        method: 'POST',
        path: `/${index}/_mget`,
        query,
        body: { ids },
      });
      // A shard that is away is told document by document, and can be back later.
      for (const { error } of docs)
        if (error) throw new ItemsRefused(refusal(503, error.type, error.reason ?? '', this.where));
      return docs;
    });
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #bulkAll(items: readonly BulkItem[], options: BulkOptions): Promise<void> {
    let left = items;
    await this.#patiently(async () => {
      const answer = await this.#send<BulkAnswer>({
        method: 'POST',
        path: '/_bulk',
        query: { timeout: '10s', ...(options.aliasesOnly && { require_alias: true }) },
        lines: left.flatMap(linesOf),
      });
      const { refused, failure } = this.#refusedOf(left, answer, options);
      left = refused;
      if (failure) throw new ItemsRefused(failure);
    });
  }

  /** What of a bulk request is to be sent again, and why; what can never succeed comes first. */
  #refusedOf(
    items: readonly BulkItem[],
    answer: BulkAnswer,
    { onUnusable }: BulkOptions,
  ): { refused: BulkItem[]; failure: Failure | null } {
    const refused: BulkItem[] = [];
    let worst: Failure | null = null;
    items.forEach((item, i) => {
      const result = answer.items[i]?.[item.action];
      if (!result || result.status < 300 || isDone(item, result.status)) return;
      const { type = 'error', reason = '' } = result.error ?? {};
      if (result.status === 400 && onUnusable) {
        onUnusable(item, `${type}: ${reason}`.slice(0, 500));
        return;
      }
      const failure = refusal(result.status, type, reason, this.where);
      if (!worst || !failure.passing) worst = failure;
      refused.push(item);
    });
    return { refused, failure: worst };
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + this.#patienceMs;
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      try {
        return await work();
      } catch (thrown) {
        const { error, passing } = failureOf(thrown, this.where);
        if (!passing || Date.now() + wait > deadline) throw error;
      }
      await pause(wait);
    }
  }

  async #send<T>({ method, path, query, body, lines }: Request): Promise<T> {
    return this.#client.transport.request<T>({
      method,
      path,
      ...(query && { querystring: query }),
      ...(body && { body }),
      ...(lines && { bulkBody: [...lines] }),
    });
  }
}

function* batchesOf(items: Iterable<BulkItem>): Generator<BulkItem[], void, undefined> {
  let batch: BulkItem[] = [];
  let bytes = 0;
  for (const item of items) {
    batch.push(item);
    bytes += ACTION_BYTES + (item.document?.length ?? 0);
    if (bytes < BULK_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

/** Deleting what is not there, and writing a version over itself or over a later one. */
function isDone({ action, version }: BulkItem, status: number): boolean {
  return (action === 'delete' && status === 404) || (version !== undefined && status === 409);
}

function linesOf({ action, index, id, document, version }: BulkItem): string[] {
  const head = JSON.stringify({
    [action]: { _index: index, _id: id, ...(version !== undefined && { version, version_type: 'external' }) },
  });
  return document === undefined ? [head] : [head, document];
}
