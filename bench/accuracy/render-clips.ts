import { Random } from '../../samples/random.js';
import { cached, identityOf } from '../lib/cache.js';
import { ffmpeg } from '../lib/ffmpeg.js';
import { type CleanRendering, packetsOf } from './render.js';
import { losePackets } from './render-loss.js';
import type { Clip } from './types.js';

/** A clip may be this much shorter than asked for, s: pictures end where they end. */
const TOLERANCE = 0.1;

/**
 * `count` windows of `length` s at random, each from a key frame on, cut by stream copy; they may overlap and
 * repeat. Fewer different ones than asked for when the rendering is short, none when it is shorter than `length`.
 */
export async function clips(
  rendering: CleanRendering,
  length: number,
  count: number,
  seed: number,
): Promise<readonly Clip[]> {
  const { title, attack, clean } = rendering;
  const random = new Random(`clips ${seed} ${title.id} ${attack.name} ${length}`);
  const { keys, end } = await packetsOf(clean);
  const starts = keys.filter((key) => key + length <= end + TOLERANCE);
  if (starts.length === 0) return [];
  const chosen = Array.from({ length: count }, () => random.pick(starts));
  return Promise.all(
    chosen.map(async (start) => ({ rendering, start, length, file: await cut(rendering, start, length) })),
  );
}

async function cut(rendering: CleanRendering, start: number, length: number): Promise<string> {
  const { title, attack, clean, loss } = rendering;
  const { keys } = await packetsOf(clean);
  // Half a picture before the key frame, since time stamps are rounded. Read from the begin: a seek in MPEG-TS is not exact.
  const from = Math.max(0, start - 0.01);
  const parameters = [identityOf(clean), from, length, loss, keys.length];
  return cached('clips', parameters, 'ts', async (out) => {
    const whole = loss === 0 ? out : `${out}.whole.ts`;
    await ffmpeg(`${length} s of ${title.id} under ${attack.name} from ${start.toFixed(2)}`, [
      ...['-i', clean, '-ss', from.toFixed(4), '-t', length.toFixed(3), '-map', '0', '-c', 'copy'],
      ...['-f', 'mpegts', '-muxdelay', '0', '-muxpreload', '0', whole],
    ]);
    if (loss > 0) losePackets(whole, out, loss, new Random(`loss ${clean} ${start}`));
  });
}
