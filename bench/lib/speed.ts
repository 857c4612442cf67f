import { type Broadcast, SEGMENT_SECONDS } from './broadcast.js';

/** Repeats work on one segment after another for a while, after a warm-up; returns × real time. */
export async function speed(
  media: Broadcast,
  milliseconds: number,
  work: (segment: string, n: number) => Promise<unknown>,
): Promise<number> {
  let n = 0;
  const next = () => work(media.segments[n % media.segments.length]!, n++);
  for (let i = 0; i < media.segments.length; i++) await next();
  const from = performance.now();
  const first = n;
  while (performance.now() - from < milliseconds) await next();
  return ((n - first) * SEGMENT_SECONDS * 1000) / (performance.now() - from);
}
