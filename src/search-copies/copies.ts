import { ElasticClient, type ElasticOptions } from '../reference-index/elasticsearch/client.js';
import { CopyFeeder } from './copy-feeder.js';
import { CopyIndex } from './copy-index.js';
import type { CopyKind, Feed } from './copy-kind.js';
import { EngineChoice, type SearchEngine } from './engine-choice.js';

export type { SearchEngine };

/** A person waits: after this, ms, the store is asked. */
const SEARCH_TIMEOUT_MS = 5000;
/** What is written waits in the store, so that trying again is the feeder's. */
const WRITE_PATIENCE_MS = 2000;

export interface CopiesOptions<T extends { readonly number: number }> {
  /** Of the server; its patience does not matter here. */
  readonly elastic: ElasticOptions & { readonly prefix: string };
  readonly kind: CopyKind<T>;
  /** Closed with the copies. */
  readonly feed: Feed<T>;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

/** How copies stand. */
export interface CopiesState {
  /** Searches since the start, by who answered them. */
  readonly asked: Readonly<Record<SearchEngine, number>>;
  /** Things whose last change is not there yet. */
  readonly behind: number;
  /** Whether searches are answered there. */
  readonly isCurrent: boolean;
  /** Shows to searches what was copied so far, which else takes a second. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Things of one kind on Elasticsearch, copied there all the time, and who answers searches of them. */
export interface Copies extends CopiesState {
  readonly client: ElasticClient;
  readonly alias: string;
  readonly choice: EngineChoice;
}

/** The server need not be there: nothing waits for it, and what it lacks is copied when it is back. */
export function openCopies<T extends { readonly number: number }>(options: CopiesOptions<T>): Copies {
  const { elastic, kind, feed, now, onTrouble } = options;
  const writing = new ElasticClient({ ...elastic, patienceMs: WRITE_PATIENCE_MS });
  const client = new ElasticClient({ ...elastic, patienceMs: 0, timeoutMs: SEARCH_TIMEOUT_MS });
  const index = new CopyIndex(writing, kind, elastic.prefix, feed.name);
  const feeder = CopyFeeder.start({ kind, feed, index, now, onTrouble });
  const isReady = () => (kind.isShownAtOnce ? feeder.hasAll : feeder.isCurrent);
  const { many } = kind;
  const choice = new EngineChoice({ many, isReady, onFailed: () => feeder.doubt(), now, onTrouble });
  return {
    ...{ client, choice, alias: index.alias, asked: choice.asked },
    get behind() {
      return feeder.behind;
    },
    get isCurrent() {
      return isReady();
    },
    refresh: () => index.refresh(),
    async close() {
      await feeder.close();
      await writing.close();
      await client.close();
      feed.close();
    },
  };
}

/** Copies together with the search that is answered by them; closed with them. */
export function searchedBy<S extends { close(): Promise<void> }>(
  copies: Copies,
  search: S,
): CopiesState & { readonly search: S } {
  return {
    ...{ search, asked: copies.asked },
    get behind() {
      return copies.behind;
    },
    get isCurrent() {
      return copies.isCurrent;
    },
    refresh: () => copies.refresh(),
    async close() {
      await search.close();
      await copies.close();
    },
  };
}
