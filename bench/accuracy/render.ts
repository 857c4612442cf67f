import fs from 'node:fs';
import { Random } from '../../samples/random.js';
import { cached, cachedValue, identityOf } from '../lib/cache.js';
import { ffmpeg, run } from '../lib/ffmpeg.js';
import type { Encoding, Recipe } from './attacks-recipe.js';
import { type Company, Graph } from './render-graph.js';
import { losePackets } from './render-loss.js';
import { factsOf } from './titles-inventory.js';
import type { Rendering, Title } from './types.js';

/** s */
export const LONGEST = 75;
/**
 * A rendering begins at random within this much of its title's begin, s; earlier when that leaves no clip of 10 s,
 * and anywhere when it is to be shorter than the longest.
 */
const LATEST_START = 2;
const LEAVE = 10.2;
/** s between key frames. */
export const KEY_EVERY = 2;

/** A rendering, with what a clip is cut from: the file before packets were lost. */
export interface CleanRendering extends Rendering {
  readonly clean: string;
  readonly loss: number;
}

/**
 * At most `longest` s of a title from a random start, attacked: MPEG-TS, H.264 with a key frame every 2 s, AAC.
 * What the attack lays over it is taken from `company`. Throws with title, attack and ffmpeg's message.
 */
export async function render(
  title: Title,
  attack: Recipe,
  company: Company,
  seed: number,
  longest = LONGEST,
): Promise<CleanRendering> {
  const what = `${title.id} under ${attack.name}`;
  const random = new Random(`${seed} ${title.id} ${attack.name}`);
  const facts = await factsOf(title.file);
  const [a = 25, b = 1] = facts.rate.split('/').map(Number);
  // On a picture, so that the rendering's pictures are the title's.
  const early = Math.min(LATEST_START, Math.max(0.2, title.duration - LEAVE * attack.speed));
  const latest = longest < LONGEST ? Math.max(early, title.duration - longest * attack.speed) : early;
  const titleStart = (Math.floor((random.range(0, latest) * a) / b) * b) / a;
  const seconds = Math.min(longest, Math.floor((10 * (title.duration - titleStart)) / attack.speed) / 10);
  const { largest } = attack.encoding;
  const graph = new Graph(title, facts, titleStart, seconds, attack.speed, random, company, largest);
  for (const step of attack.steps) await step(graph);
  const args = [...graph.args(), ...encode(attack.encoding, graph)];
  const inputs = args.filter((arg) => fs.existsSync(arg)).map(identityOf);
  const clean = await cached('renderings', [args, inputs], 'ts', async (out) => {
    await ffmpeg(what, [...args, out]);
  });
  const { loss } = attack.encoding;
  const file =
    loss === 0
      ? clean
      : await cached('renderings', [clean, loss], 'ts', async (out) => losePackets(clean, out, loss, random));
  const { end } = await packetsOf(clean);
  return { title, attack, file, clean, loss, titleStart, duration: Math.min(seconds, end) };
}

function encode(encoding: Encoding, graph: Graph): string[] {
  // Without B-frames, so that decoding order is showing order and a stream copy is cut at the same time for both tracks.
  const video = [
    ...['-c:v', 'libx264', '-preset', 'veryfast', ...encoding.quality, '-pix_fmt', 'yuv420p'],
    ...[
      '-g',
      '600',
      '-bf',
      '0',
      '-sc_threshold',
      '0',
      '-force_key_frames',
      `expr:gte(t,n_forced*${KEY_EVERY})`,
    ],
  ];
  const sound = ['-c:a', 'aac', '-b:a', `${encoding.soundRate}k`, '-ac', String(encoding.channels)];
  return [
    ...(graph.hasPicture ? video : []),
    ...(graph.hasSound ? sound : []),
    ...['-f', 'mpegts', '-muxdelay', '0', '-muxpreload', '0'],
  ];
}

export interface Packets {
  /** Stream times of the key frames, s; without pictures every 2 s. */
  readonly keys: readonly number[];
  /** Stream times of the sound's packets, s. */
  readonly sounds: readonly number[];
  /** Stream time at which the last picture, or without pictures the sound, ends, s. */
  readonly end: number;
}

/** Where the packets of a rendering lie; its first picture, or without pictures its first sound, is at stream time 0. */
export function packetsOf(file: string): Promise<Packets> {
  return cachedValue('packets', [identityOf(file), 2], async () => {
    const { stdout } = await run(file, 'ffprobe', [
      ...['-v', 'error', '-show_entries', 'packet=codec_type,pts_time,duration_time,flags', '-of', 'csv=p=0'],
      file,
    ]);
    const packets = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split(','))
      .map(([type, at, length, flags]) => ({
        type,
        at: Number(at),
        length: Number(length) || 0,
        key: flags?.startsWith('K') ?? false,
      }))
      .filter((packet) => Number.isFinite(packet.at));
    const pictures = packets.filter((packet) => packet.type === 'video');
    const counted = pictures.length > 0 ? pictures : packets;
    const origin = Math.min(...counted.map((packet) => packet.at));
    const end = Math.max(...counted.map((packet) => packet.at + packet.length)) - origin;
    const keys =
      pictures.length > 0
        ? pictures.filter((packet) => packet.key).map((packet) => packet.at - origin)
        : Array.from({ length: Math.ceil(end / KEY_EVERY) }, (_, n) => n * KEY_EVERY);
    const sounds = packets.filter((packet) => packet.type === 'audio').map((packet) => packet.at - origin);
    return { keys, sounds, end };
  });
}
