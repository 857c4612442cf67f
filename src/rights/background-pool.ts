import { MediaPool, type MediaPoolOptions } from '../media/media-pool.js';

/** As `nice` counts: what watches streams goes first. */
const NICENESS = 10;

/** Decodes references in a process that all others go before, and that is started when there is something to decode. */
export class BackgroundPool {
  #pool: Promise<MediaPool> | null = null;

  constructor(private readonly options: Omit<MediaPoolOptions, 'niceness'>) {}

  /** @throws SP_DECODER_UNAVAILABLE */
  async get(): Promise<MediaPool> {
    this.#pool ??= MediaPool.start({ ...this.options, niceness: NICENESS });
    try {
      return await this.#pool;
    } catch (error) {
      this.#pool = null;
      throw error;
    }
  }

  /** Those who asked for something have given it up. */
  async close(): Promise<void> {
    const pool = await this.#pool?.catch(() => null);
    await pool?.abandon();
  }
}
