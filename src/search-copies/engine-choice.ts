import { StreamprintError } from '../domain/errors.js';

/** A server that failed is not asked for so long, ms. */
const AVOIDED_MS = 5000;
const FAILURES: ReadonlySet<string> = new Set(['SP_INDEX_UNAVAILABLE', 'SP_INDEX_REFUSED']);

export type SearchEngine = 'elasticsearch' | 'store';

export interface EngineChoiceOptions {
  /** What is searched, as sentences begin with it: `Detections`. */
  readonly many: string;
  /** Whether the server has what a search must show. */
  readonly isReady: () => boolean;
  /** The server failed: what it has is to be looked at. */
  readonly onFailed: () => void;
  readonly now: () => number;
  /** Told what the server refuses. */
  readonly onTrouble: (message: string) => void;
}

/** Who answers a search: Elasticsearch, or the store where the server is away or lacks what the store has. */
export class EngineChoice {
  /** Searches since the start, by who answered them. */
  readonly asked: Record<SearchEngine, number> = { elasticsearch: 0, store: 0 };
  #avoidedUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: EngineChoiceOptions) {}

  async ask<T>(elasticsearch: () => Promise<T>, store: () => Promise<T>): Promise<T> {
    const { isReady, now } = this.options;
    if (isReady() && now() >= this.#avoidedUntil) {
      try {
        const answer = await elasticsearch();
        this.asked.elasticsearch++;
        return answer;
      } catch (error) {
        if (!(error instanceof StreamprintError && FAILURES.has(error.code))) throw error;
        this.#avoid(error);
      }
    }
    this.asked.store++;
    return store();
  }

  #avoid(error: StreamprintError): void {
    const { many, now, onFailed, onTrouble } = this.options;
    const isFirst = now() >= this.#avoidedUntil;
    this.#avoidedUntil = now() + AVOIDED_MS;
    if (isFirst) onTrouble(`${many} are searched in the store meanwhile: ${error.message}`);
    onFailed();
  }
}
