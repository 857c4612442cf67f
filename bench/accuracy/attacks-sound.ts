import { Random } from '../../samples/random.js';
import { cached, cachedText } from '../lib/cache.js';
import { ffmpeg, run } from '../lib/ffmpeg.js';
import type { Step } from './attacks-recipe.js';
import { sentence } from './attacks-text.js';
import { type Graph, HERTZ } from './render-graph.js';
import { loudness } from './titles-inventory.js';

/** The louder of two mixed sounds is brought to this level (root mean square), so that the sum does not clip, dBFS. */
const LEVEL = -22;
/** Length of generated sound, s: more than any rendering. */
const GENERATED = 90;

/**
 * Mixes a sound over the title's, `louder` dB above it. Both levels are root mean squares over the very stretch
 * that is mixed, pauses included (ffmpeg's volumedetect).
 */
async function mixOver(g: Graph, file: string, start: number, louder: number): Promise<void> {
  const own = (await loudness(g.title.file, g.start, g.seconds * g.speed)).mean;
  const other = (await loudness(file, start, g.seconds)).mean;
  const [ownTo, otherTo] = louder >= 0 ? [LEVEL - louder, LEVEL] : [LEVEL, LEVEL + louder];
  const input = g.open(['-stream_loop', '-1', '-ss', start.toFixed(3), '-i', file]);
  const over = g.chain(
    `${input}:a:0`,
    `aresample=${HERTZ},aformat=sample_fmts=fltp:channel_layouts=stereo,volume=${(otherTo - other).toFixed(2)}dB`,
  );
  g.filterSound(`volume=${(ownTo - own).toFixed(2)}dB`);
  g.combineSound(over, 'amix=inputs=2:normalize=0:duration=first');
}

/** Generated speech over the title, `louder` dB above it. */
export function talkedOver(louder: number): Step {
  return async (g) => mixOver(g, await spoken(g.random.int(1, 12)), 0, louder);
}

/** Speech of the company's recordings over the title; generated speech when it has none. */
export function voicesOver(louder: number): Step {
  return async (g) => {
    const { voices } = g.company;
    if (voices.length === 0) return talkedOver(louder)(g);
    const { file, duration } = g.random.pick(voices);
    await mixOver(g, file, g.random.range(0, Math.max(0, duration - g.seconds)), louder);
  };
}

/** Pink noise over the title, `louder` dB above it. */
export function noiseOver(louder: number): Step {
  return async (g) => mixOver(g, await noise(g.random.int(1, 12)), 0, louder);
}

/** Speaker `n`: espeak-ng reading sentences that mean nothing, 90 s. */
export async function spoken(n: number): Promise<string> {
  const r = new Random(`spoken ${n}`);
  const text = await cachedText('texts', Array.from({ length: 70 }, () => sentence(r)).join('\n'), 'txt');
  const voice =
    r.pick(['en-us', 'en-gb', 'en-gb-scotland', 'en-029']) + r.pick(['', '+m3', '+m7', '+f2', '+f4']);
  const speed = r.int(140, 185);
  return cached('sounds', ['espeak-ng', text, voice, speed], 'wav', async (out) => {
    await run(`speech ${n}`, 'espeak-ng', [
      '-v',
      voice,
      '-s',
      String(speed),
      '-f',
      text,
      '-w',
      `${out}.long.wav`,
    ]);
    await ffmpeg(`speech ${n}`, [
      '-i',
      `${out}.long.wav`,
      '-t',
      String(GENERATED),
      '-ar',
      String(HERTZ),
      out,
    ]);
    await run(`speech ${n}`, 'rm', [`${out}.long.wav`]);
  });
}

function noise(seed: number): Promise<string> {
  const source = `anoisesrc=color=pink:r=${HERTZ}:a=0.3:seed=${seed}:d=${GENERATED}`;
  return cached('sounds', source, 'wav', async (out) => {
    await ffmpeg('pink noise', ['-f', 'lavfi', '-i', source, out]);
  });
}

/** A room: the sound itself and a generated tail of `ratio` times its energy that falls by 60 dB in `seconds`. */
export function reverb(seconds: number, ratio: number): Step {
  return (g) => {
    // Noise of variance 1/3 under exp(-6.91 t / seconds) has an energy of HERTZ × seconds / (3 × 13.82).
    const wet = Math.sqrt((ratio * 3 * 13.82) / (HERTZ * seconds)).toFixed(5);
    const tail = `${wet}*(2*random(0)-1)*exp(-6.91*t/${seconds})*gt(t\\,0.008)`;
    const response = g.chain('', `aevalsrc='if(eq(n\\,0)\\,1\\,0)+${tail}':s=${HERTZ}:d=${seconds}`);
    g.combineSound(response, 'afir=gtype=none');
    g.filterSound('volume=-6dB');
  };
}

/** What a camera's microphone hears of a screen in a room: reverb, noise 15 dB below, no lows and highs. */
export const filmedSound: Step = async (g) => {
  await noiseOver(-15)(g);
  await reverb(0.8, 2)(g);
  g.filterSound('highpass=f=150,lowpass=f=6000');
};

/** Other sound in place of the title's: music of the company, or a generated melody when it has none. */
export const replaced: Step = (g) => {
  const { music } = g.company;
  const melody = `aevalsrc=0.3*sin(2*PI*t*220*pow(2\\,floor(mod(t*3\\,13))/12)):s=${HERTZ}`;
  const input =
    music.length > 0
      ? g.open(['-stream_loop', '-1', '-i', g.random.pick(music).file])
      : g.open(['-f', 'lavfi', '-i', melody]);
  g.replaceSound(
    g.chain(
      `${input}:a:0`,
      `aresample=${HERTZ},aformat=channel_layouts=stereo,atrim=duration=${g.seconds.toFixed(3)}`,
    ),
  );
};
