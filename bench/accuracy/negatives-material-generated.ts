import { Random } from '../../samples/random.js';
import { cached, cachedText, identityOf } from '../lib/cache.js';
import { ffmpeg } from '../lib/ffmpeg.js';
import { spoken } from './attacks-sound.js';
import { sentence } from './attacks-text.js';
import type { Source } from './titles-inventory.js';
import type { Negative } from './types.js';

/** s */
const SECONDS = 300;
const SIZE = 's=640x360:r=25';
const SILENCE = 'anullsrc=r=48000:cl=stereo';
const BLACK = `color=black:${SIZE}`;
const FONT = 'font=DejaVu Sans:fontcolor=white';

interface Made {
  readonly kind: string;
  /** lavfi source of the pictures, or a picture file that stands still. */
  readonly pictures: string | { readonly photo: string };
  readonly filters?: string;
  /** lavfi source, or a sound file that is repeated. */
  readonly sound: string | { readonly file: string };
}

/** Content that says little or looks alike everywhere, 5 minutes of each, two of each kind. */
export function generatedNegatives(photos: readonly Source[], seed: number): Negative[] {
  const negatives: Negative[] = [];
  for (const turn of [1, 2]) {
    const random = new Random(`generated ${seed} ${turn}`);
    for (const [kind, plan] of Object.entries(KINDS)) {
      const n = random.int(1, 9999);
      negatives.push(generated(kind, turn, () => plan(n)));
    }
    const photo = photos[(turn - 1) % Math.max(1, photos.length)];
    if (photo)
      negatives.push(
        generated('static camera', turn, async () => staticCamera(photo.file, turn), [photo.work]),
      );
  }
  return negatives;
}

function generated(
  kind: string,
  turn: number,
  plan: () => Promise<Omit<Made, 'kind'>>,
  sources: readonly string[] = [],
): Negative {
  return {
    name: `${kind} ${turn}`,
    kind,
    seconds: SECONDS,
    sources,
    file: async () => make({ kind, ...(await plan()) }),
  };
}

const KINDS: Readonly<Record<string, (n: number) => Promise<Omit<Made, 'kind'>>>> = {
  black: async () => ({ pictures: BLACK, sound: SILENCE }),
  'flat colours': async (n) => ({
    pictures: `color=red:${SIZE}`,
    filters: `hue=h='360*floor(t/4)*${(n % 97) / 97}'`,
    sound: SILENCE,
  }),
  'colour bars with a tone': async (n) => ({
    pictures: `${n % 2 ? 'smptebars' : 'pal75bars'}=${SIZE}`,
    sound: 'sine=f=1000:r=48000',
  }),
  'test card': async (n) => ({ pictures: `${n % 2 ? 'testsrc' : 'testsrc2'}=${SIZE}`, sound: tones(n) }),
  countdown: async (n) => ({
    pictures: `color=0x303030:${SIZE}`,
    filters: `drawtext=${FONT}:fontsize=200:x=(w-tw)/2:y=(h-th)/2:text='%{eif\\:10-mod(floor(t)\\,11)\\:d}'`,
    sound: `aevalsrc=0.4*sin(2*PI*${500 + (n % 500)}*t)*lt(mod(t\\,1)\\,0.1):s=48000`,
  }),
  'credits on black': async (n) => {
    const random = new Random(`credits ${n}`);
    const text = Array.from({ length: 400 }, () => sentence(random)).join('\n');
    const file = await cachedText('texts', text, 'txt');
    return {
      pictures: BLACK,
      filters: `drawtext=${FONT}:textfile=${file}:expansion=none:fontsize=18:line_spacing=12:x=(w-tw)/2:y=h-40*t`,
      sound: tones(n),
    };
  },
  snow: async (n) => ({
    pictures: `color=gray:${SIZE}`,
    filters: `noise=alls=90:allf=t:all_seed=${n}`,
    sound: `anoisesrc=color=white:r=48000:a=0.2:seed=${n}`,
  }),
  tones: async (n) => ({ pictures: BLACK, sound: tones(n) }),
  applause: async (n) => ({
    pictures: BLACK,
    // Bursts of noise at irregular times, many a second.
    sound: `aevalsrc='0.3*(2*random(0)-1)*(0.3+abs(sin(t*${31 + (n % 9)})*sin(t*47.3)*sin(t*${61 + (n % 7)})))':s=48000`,
  }),
  speech: async (n) => ({ pictures: BLACK, sound: { file: await spoken(20 + (n % 20)) } }),
};

function tones(n: number): string {
  return `aevalsrc=0.2*sin(2*PI*t*${200 + (n % 300)}*pow(2\\,floor(mod(t*${2 + (n % 3)}\\,12))/12)):s=48000`;
}

function staticCamera(photo: string, turn: number): Omit<Made, 'kind'> {
  return {
    pictures: { photo },
    filters: `scale=640:360,noise=alls=8:allf=t:all_seed=${turn}`,
    sound: `anoisesrc=color=brown:r=48000:a=0.05:seed=${turn}`,
  };
}

function make({ kind, pictures, filters, sound }: Made): Promise<string> {
  const seen =
    typeof pictures === 'string'
      ? ['-f', 'lavfi', '-i', pictures]
      : ['-loop', '1', '-framerate', '25', '-i', pictures.photo];
  const heard =
    typeof sound === 'string' ? ['-f', 'lavfi', '-i', sound] : ['-stream_loop', '-1', '-i', sound.file];
  const args = [
    ...seen,
    ...heard,
    ...(filters ? ['-vf', filters] : []),
    ...['-map', '0:v:0', '-map', '1:a:0', '-t', String(SECONDS), '-c:v', 'libx264', '-preset', 'ultrafast'],
    ...[
      '-crf',
      '28',
      '-g',
      '50',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
      '-b:a',
      '64k',
      '-ac',
      '2',
      '-ar',
      '48000',
    ],
    ...['-f', 'mpegts', '-muxdelay', '0', '-muxpreload', '0'],
  ];
  const photo = typeof pictures === 'string' ? '' : identityOf(pictures.photo);
  return cached('negatives', [args, photo], 'ts', async (out) => {
    await ffmpeg(`negative ${kind}`, [...args, out]);
  });
}
