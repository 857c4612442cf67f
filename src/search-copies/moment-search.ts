import type { ElasticClient } from '../reference-index/elasticsearch/client.js';
import { KEEP_ALIVE, Moments } from './moments.js';

/**
 * Searches of one index, and lists of it that are read on: from its second page on a list stays as it was then. Where
 * the moment is not kept any more (nobody read on for two minutes, the server began anew) it goes on at another one.
 * @typeParam A what the server answers
 */
export class MomentSearch<A> {
  readonly #moments: Moments;

  constructor(
    private readonly client: ElasticClient,
    private readonly alias: string,
  ) {
    this.#moments = new Moments(client, alias);
  }

  /** @param counted how many of what is found are counted; true = all, false = none */
  async search(body: object, counted: number | boolean): Promise<A> {
    const [answer] = await this.client.searches<A>(this.alias, [{ ...body, track_total_hits: counted }]);
    return answer!;
  }

  /**
   * A page of a list.
   * @param moment that it is of; null = of none so far; undefined = this is the first page, which needs none
   */
  async page(
    body: object,
    moment: string | null | undefined,
  ): Promise<{ readonly answer: A; readonly moment: string | null }> {
    if (moment === undefined) return { answer: await this.search(body, false), moment: null };
    const id = moment && this.#moments.idOf(moment);
    const answer = id && (await this.#searchAt(body, id));
    if (moment !== null && answer) return { answer, moment };
    if (moment !== null) this.#moments.forget(moment);
    const opened = await this.#moments.open();
    const anew = await this.#searchAt(body, opened.id);
    // It can only be gone when the server ended in between.
    return { answer: anew ?? (await this.search(body, false)), moment: opened.name };
  }

  /** The list has ended. */
  forget(moment: string): void {
    this.#moments.forget(moment);
  }

  /** Null = the moment is not kept any more. */
  #searchAt(body: object, id: string): Promise<A | null> {
    return this.client.request<A>(
      {
        method: 'POST',
        path: '/_search',
        query: { allow_partial_search_results: false },
        body: { ...body, track_total_hits: false, pit: { id, keep_alive: KEEP_ALIVE } },
      },
      'null',
    );
  }
}
