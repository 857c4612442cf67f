import { configFrom } from '../config.js';
import { MediaPool } from '../media/media-pool.js';
import { tell } from './output.js';

/** The decoding pool as the environment sets it up. */
export function startPool(): Promise<MediaPool> {
  const { decoder, threads } = configFrom(process.env);
  return MediaPool.start({ ...(decoder && { decoder }), ...(threads && { threads }), onDeath: tell });
}

/** Runs work on things with at most `limit` under way; the results come in the order of the things. */
export async function mapLimited<T, R>(
  things: readonly T[],
  limit: number,
  work: (thing: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < things.length; i = next++) results[i] = await work(things[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(limit, things.length) }, lane));
  return results;
}
