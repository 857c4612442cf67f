import fs from 'node:fs/promises';
import { LowDct } from '../../fingerprints/dct.js';
import { hammingBytes, hashOf, sureOf } from '../../fingerprints/picture.js';
import { findPictureBox } from '../../fingerprints/picture-box.js';
import { AreaResizer, SQUARE } from '../../fingerprints/picture-resize.js';
import { hashTerms, probeTerms, TERMS_PER_HASH } from '../../fingerprints/picture-terms.js';
import { HASH_BITS, HASH_BYTES, type Seconds } from '../../fingerprints/units.js';
import type { Canvas } from '../../samples/picture/canvas.js';
import { DEFAULT_LIMITS } from '../../src/media/limits.js';
import { loadDecoder } from '../../workers/decode/index.js';
import { attackNamed } from '../accuracy/attacks.js';
import { render } from '../accuracy/render.js';
import { cached } from '../lib/cache.js';
import { ffmpeg } from '../lib/ffmpeg.js';
import type { Painted } from './painted.js';
import { generatedTitle, NOBODY, SECONDS } from './title.js';

/** A picture of a stream is compared with those of the reference this near to it. */
const NEAR: Seconds = 0.6;

interface Seen {
  readonly time: Seconds;
  /** Measured whether or not the picture says anything. */
  readonly coefficients: Float32Array;
  readonly hash: Uint8Array;
  /** Coefficients that are sure. */
  readonly sure: number;
}

/** A picture of a stream, and the nearest of the reference's. */
export interface Compared {
  readonly stream: Seen;
  readonly reference: Seen;
  /** Signs that are the same, of HASH_BITS. */
  readonly signs: number;
  /** Terms that are the same, of TERMS_PER_HASH … */
  readonly terms: number;
  /** … and those that are asked for, with the least certain bits both ways. */
  readonly asked: number;
}

/** What the signs of a picture become. */
export interface Kept {
  /** Every 0.2 s of the stream. */
  readonly compared: readonly Compared[];
  /** Signs that the nearest pictures of it and of another one of its kind have in common, both as they are registered. */
  readonly alike: number;
}

/** A picture that is slowly zoomed into, at 300 kbit/s, held against the picture as it is registered. */
export async function keptAt300({ name, canvas, another }: Painted): Promise<Kept> {
  const title = generatedTitle(name, await panned(name, canvas), 'pictures');
  const { file, titleStart } = await render(title, attackNamed('reencode'), NOBODY, 1);
  const known = await seenIn(title.file);
  const others = await seenIn(await panned(name, another));
  const compared = (await seenIn(file)).map((stream) => {
    const near = known.filter(({ time }) => Math.abs(time - titleStart - stream.time) <= NEAR);
    return near.map((reference) => compare(stream, reference)).sort((a, b) => b.signs - a.signs)[0]!;
  });
  return { compared, alike: Math.max(...known.flatMap((one) => others.map((other) => alike(one, other)))) };
}

function compare(stream: Seen, reference: Seen): Compared {
  const [own, known] = [stream, reference].map(({ hash }) => {
    const terms = new Uint32Array(TERMS_PER_HASH);
    hashTerms(hash, 0, terms, 0);
    return terms;
  });
  const asked = new Set(probeTerms(stream.coefficients, 0).terms);
  return {
    stream,
    reference,
    signs: alike(stream, reference),
    terms: known!.filter((term, table) => term === own![table]).length,
    asked: known!.filter((term) => asked.has(term)).length,
  };
}

function alike(one: Seen, other: Seen): number {
  return HASH_BITS - hammingBytes(one.hash, 0, other.hash, 0);
}

async function seenIn(path: string): Promise<Seen[]> {
  const resizer = new AreaResizer(SQUARE, SQUARE);
  const dct = new LowDct(SQUARE);
  const square = new Float64Array(SQUARE ** 2);
  const seen: Seen[] = [];
  const decoder = await loadDecoder();
  const wanted = { path, times: [], stillEvery: 0, timesFrom: 'start', limits: DEFAULT_LIMITS } as const;
  await decoder.decode(
    { ...wanted, pictures: 'dense', audio: 'none' },
    {
      picture(grey, width, height, time) {
        const coefficients = new Float32Array(HASH_BITS);
        const hash = new Uint8Array(HASH_BYTES);
        resizer.resize(grey, width, findPictureBox(grey, width, height), square);
        dct.transform(square, coefficients, 0);
        hashOf(coefficients, 0, hash, 0);
        seen.push({ time, coefficients, hash, sure: sureOf(coefficients, 0) });
      },
      audio: () => undefined,
      still: () => undefined,
    },
  );
  return seen;
}

/** A picture that is slowly zoomed into, 25 pictures a second. */
async function panned(name: string, { pixels, width, height }: Canvas): Promise<string> {
  const bytes = Buffer.from(pixels.buffer);
  const photo = await cached('photos', bytes.toString('base64'), 'rgba', (file) => fs.writeFile(file, bytes));
  const frames = SECONDS * 25;
  const place = `x='(iw-iw/zoom)*0.4':y='(ih-ih/zoom)*0.4':d=${frames}:s=640x360:fps=25`;
  const args = [
    ...['-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${width}x${height}`, '-i', photo],
    ...['-vf', `scale=1280:720,zoompan=z='1.1+0.25*on/${frames}':${place},format=yuv420p`],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18'],
  ];
  return cached('titles', args, 'mp4', async (out) => {
    await ffmpeg(name, [...args, out]);
  });
}
