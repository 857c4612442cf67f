import { randomBytes } from 'node:crypto';
import type { ElasticClient } from '../reference-index/elasticsearch/client.js';

export const KEEP_ALIVE = '2m';
/** The server keeps the files of each. */
const MOST_MOMENTS = 64;

/** Moments at which lists are read on: points in time that the server keeps for as long as somebody reads. */
export class Moments {
  /** By a short name, those last that were used last. */
  readonly #ids = new Map<string, string>();

  constructor(
    private readonly client: ElasticClient,
    private readonly alias: string,
  ) {}

  /** What the server calls it; null = it is not kept any more. */
  idOf(name: string): string | null {
    const id = this.#ids.get(name);
    if (id === undefined) return null;
    this.#keep(name, id);
    return id;
  }

  /** The moment that is now. */
  async open(): Promise<{ readonly name: string; readonly id: string }> {
    const { id } = await this.client.request<{ id: string }>({
      method: 'POST',
      path: `/${this.alias}/_pit`,
      query: { keep_alive: KEEP_ALIVE },
    });
    const name = randomBytes(6).toString('base64url');
    this.#keep(name, id);
    const [oldest] = this.#ids.keys();
    if (this.#ids.size > MOST_MOMENTS && oldest !== undefined) this.forget(oldest);
    return { name, id };
  }

  /** It is not needed any more. */
  forget(name: string): void {
    const id = this.#ids.get(name);
    this.#ids.delete(name);
    // What is not taken back goes by itself.
    if (id)
      void this.client.request({ method: 'DELETE', path: '/_pit', body: { id } }, 'null').catch(() => {});
  }

  #keep(name: string, id: string): void {
    this.#ids.delete(name);
    this.#ids.set(name, id);
  }
}
