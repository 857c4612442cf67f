import fs from 'node:fs';
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
  return Promise.all(chosen.map((key) => cut(rendering, key, length)));
}

async function cut(rendering: CleanRendering, key: number, length: number): Promise<Clip> {
  const { title, attack, clean, loss } = rendering;
  const { sounds } = await packetsOf(clean);
  // A little before the key frame, since time stamps are rounded. Read from the begin: a seek in MPEG-TS is not exact.
  const from = key - 0.01;
  const file = await cached('clips', [identityOf(clean), from, length, loss], 'ts', async (out) => {
    const whole = loss === 0 ? out : `${out}.whole.ts`;
    await ffmpeg(`${length} s of ${title.id} under ${attack.name} from ${key.toFixed(2)}`, [
      ...[
        '-i',
        clean,
        ...(from > 0 ? ['-ss', from.toFixed(4)] : []),
        '-t',
        length.toFixed(3),
        '-map',
        '0',
        '-c',
        'copy',
      ],
      ...['-f', 'mpegts', '-muxdelay', '0', '-muxpreload', '0', whole],
    ]);
    if (loss === 0) return;
    losePackets(whole, out, loss, new Random(`loss ${clean} ${key}`));
    fs.rmSync(whole);
  });
  // The sound's first packet begins up to 21 ms before or after the picture; the earlier is the clip's time 0.
  const start = Math.min(key, sounds.find((at) => from <= 0 || at >= from) ?? key);
  return { rendering, file, start, length };
}
