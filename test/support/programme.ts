import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs the ffmpeg program; throws with what it said. */
export async function ffmpeg(...args: readonly string[]): Promise<void> {
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args]);
}

/** A voice of the tune: a new note `rate` times a second, drawn by the seed. */
function voice(hertz: number, rate: number, seed: number): string {
  const draw = `abs(mod(sin((floor(t*${rate})+${hertz})*12.9898+${seed})*43758.5453\\,1))`;
  return `sin(2*PI*${hertz}*t*pow(2\\,floor(24*${draw})/12))`;
}

/** lavfi source of pictures that differ by seed and change all the time. */
export function picturesOf(seed: number, seconds: number): string {
  return `life=s=40x24:r=2:seed=${seed}:ratio=0.3:mold=20:life_color=white:death_color=#204060,scale=320:180:flags=bicubic,fps=25,format=yuv420p,trim=0:${seconds}`;
}

/** lavfi source of sound that differs by seed. */
export function soundOf(seed: number, seconds: number): string {
  // Works that share their beat sound alike: here each has its own.
  const pace = 0.7 + ((seed * 0.618034) % 1) * 0.6;
  const voices = [
    voice(196, 4 * pace, seed),
    voice(294, 3 * pace, seed),
    voice(110, 2 * pace, seed),
  ] as const;
  const tune = `0.25*${voices[0]}+0.25*${voices[1]}+0.15*${voices[2]}`;
  // Noise, too: where it is not seeded it is the same in every file, to the sample.
  const noise = `0*if(eq(n\\,0)\\,st(1\\,${seed}e9))+0.04*(2*random(1)-1)`;
  return `aevalsrc=${tune}+${noise}:s=44100:d=${seconds}`;
}

const PICTURES = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-g',
  '50',
  '-keyint_min',
  '50',
  '-sc_threshold',
  '0',
];

/** A programme of our own: pictures and sound that no other seed has. The container is the file name's. */
export async function makeProgramme(file: string, seed: number, seconds: number): Promise<void> {
  const sources = [
    '-f',
    'lavfi',
    '-i',
    picturesOf(seed, seconds),
    '-f',
    'lavfi',
    '-i',
    soundOf(seed, seconds),
  ];
  await ffmpeg(...sources, ...PICTURES, '-c:a', 'aac', '-b:a', '96k', '-t', String(seconds), file);
}

/** Several stretches of files one after another, encoded anew, as a pirate channel shows them. */
export async function makeChannel(
  file: string,
  stretches: readonly { readonly file: string; readonly from: number; readonly seconds: number }[],
  extra: readonly string[] = [],
): Promise<void> {
  const inputs = stretches.flatMap(({ file: source, from, seconds }) => [
    '-ss',
    String(from),
    '-t',
    String(seconds),
    '-i',
    source,
  ]);
  const pads = stretches.map((_, i) => `[${i}:v][${i}:a]`).join('');
  const filter = `${pads}concat=n=${stretches.length}:v=1:a=1[v][a]`;
  await ffmpeg(
    ...inputs,
    '-filter_complex',
    filter,
    '-map',
    '[v]',
    '-map',
    '[a]',
    ...PICTURES,
    '-b:v',
    '300k',
    '-c:a',
    'aac',
    '-b:a',
    '64k',
    ...extra,
    file,
  );
}
