import path from 'node:path';
import type { Random } from '../../samples/random.js';
import { cached, identityOf } from '../lib/cache.js';
import { ffmpeg } from '../lib/ffmpeg.js';
import { type Source, shuffled } from './titles-inventory.js';
import type { Split, Title } from './types.js';

/** s */
export const COMPOSED_SECONDS = 75;
const WIDTH = 1280;
const HEIGHT = 720;
const RATE = 25;
/** A stretch of a film that is cut in is this long at most, s. */
const FILM_PIECE = 12;
const MAX_OF_A_KIND = 4;

interface Plan {
  readonly id: string;
  readonly pictures: readonly Piece[];
  readonly sound: { readonly source: Source; readonly start: number } | null;
}

interface Piece {
  readonly source: Source;
  /** s into a film. */
  readonly start: number;
  readonly seconds: number;
  /** How a photograph is panned and zoomed: zoom at its begin and end, and where, as a share of what is left. */
  readonly zoom: readonly [number, number];
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
}

/** Titles of 75 s put together from one split's media: panned photographs, films cut one after another. */
export async function composedTitles(
  sources: readonly Source[],
  split: Split,
  random: Random,
): Promise<Title[]> {
  const of = (kind: Source['kind']) => sources.filter((source) => source.kind === kind);
  const sounds = [...of('music'), ...of('speech')].filter(
    (source) => source.facts.duration >= COMPOSED_SECONDS,
  );
  const plans = [
    ...plan('photos', of('photo'), sounds, random),
    ...plan(
      'films',
      of('film').filter((source) => source.facts.hasVideo),
      sounds,
      random,
    ),
  ];
  return Promise.all(plans.map((p) => compose(p, split)));
}

/** As many titles as the pictures give when each is shown in two of them at most. */
function plan(
  kind: 'photos' | 'films',
  pictures: readonly Source[],
  sounds: readonly Source[],
  random: Random,
): Plan[] {
  const perTitle = kind === 'photos' ? 5 : 7;
  const count = Math.min(MAX_OF_A_KIND, Math.floor((2 * pictures.length) / perTitle));
  const order = [...shuffled(pictures, random), ...shuffled(pictures, random)];
  const heard = shuffled(sounds, random);
  return Array.from({ length: count }, (_, n) => {
    const shown =
      kind === 'photos'
        ? photoPieces(order.splice(0, perTitle), random)
        : filmPieces(order.splice(0, perTitle), pictures, random);
    const source = heard[n % Math.max(1, heard.length)];
    const start = source ? random.range(0, source.facts.duration - COMPOSED_SECONDS) : 0;
    return { id: `${kind}-${n + 1}`, pictures: shown, sound: source ? { source, start } : null };
  });
}

function photoPieces(photos: readonly Source[], random: Random): Piece[] {
  // One more or fewer than five, now and then.
  const shown = random.chance(0.3) ? photos.slice(0, 4) : photos;
  return shown.map((source) => ({
    source,
    start: 0,
    seconds: COMPOSED_SECONDS / shown.length,
    zoom: random.chance(0.5) ? [1.05, random.range(1.3, 1.6)] : [random.range(1.3, 1.6), 1.05],
    from: [random.next(), random.next()],
    to: [random.next(), random.next()],
  }));
}

function filmPieces(films: readonly Source[], all: readonly Source[], random: Random): Piece[] {
  const pieces: Piece[] = [];
  let left = COMPOSED_SECONDS;
  for (let n = 0; left > 0.5; n++) {
    const source = films[n] ?? random.pick(all);
    const longest = Math.min(FILM_PIECE, Math.floor(source.facts.duration - 0.5), left);
    const seconds = left - longest < 2 ? left : longest;
    if (seconds > source.facts.duration) continue;
    const start = random.range(0, Math.max(0, source.facts.duration - seconds - 0.5));
    pieces.push({ source, start, seconds, zoom: [1, 1], from: [0, 0], to: [0, 0] });
    left -= seconds;
  }
  return pieces;
}

async function compose(plan: Plan, split: Split): Promise<Title> {
  const id = `${split}-${plan.id}`;
  const used = [...plan.pictures.map((piece) => piece.source), ...(plan.sound ? [plan.sound.source] : [])];
  const file = await cached('titles', [command(plan), used.map((s) => identityOf(s.file)), 1], 'mp4', (out) =>
    ffmpeg(`title ${id}`, [...command(plan), out]).then(() => undefined),
  );
  return {
    id,
    file,
    duration: COMPOSED_SECONDS,
    hasVideo: true,
    hasAudio: plan.sound !== null,
    sources: [...new Set(used.map((source) => source.work))],
    split,
  };
}

function command(plan: Plan): string[] {
  const chains = plan.pictures.map((piece, n) => `[${n}:v:0]${shape(piece)},setsar=1[v${n}]`);
  const joined = plan.pictures.map((_, n) => `[v${n}]`).join('');
  chains.push(`${joined}concat=n=${plan.pictures.length}:v=1:a=0,format=yuv420p[v]`);
  const inputs = plan.pictures.flatMap((piece) => ['-i', path.resolve(piece.source.file)]);
  const sound = plan.sound;
  if (sound) inputs.push('-ss', sound.start.toFixed(3), '-i', path.resolve(sound.source.file));
  return [
    ...inputs,
    ...['-filter_complex', chains.join(';'), '-map', '[v]'],
    ...(sound ? ['-map', `${plan.pictures.length}:a:0`, '-c:a', 'aac', '-b:a', '192k', '-ar', '48000'] : []),
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18', '-g', String(2 * RATE)],
    ...['-t', String(COMPOSED_SECONDS), '-movflags', '+faststart'],
  ];
}

function shape(piece: Piece): string {
  const fill = `scale=${WIDTH}:${HEIGHT}:force_original_aspect_ratio=increase,crop=${WIDTH}:${HEIGHT}`;
  if (piece.source.kind === 'film') {
    const trim = `trim=start=${piece.start.toFixed(3)},setpts=PTS-STARTPTS,fps=${RATE}:start_time=0`;
    const hold = `tpad=stop=-1:stop_mode=clone,trim=duration=${piece.seconds.toFixed(3)}`;
    return `${trim},${fill},${hold},setpts=PTS-STARTPTS`;
  }
  // Twice the size before zooming, since the zoom moves by whole points of its input.
  const large = `scale=${2 * WIDTH}:${2 * HEIGHT}:force_original_aspect_ratio=increase,crop=${2 * WIDTH}:${2 * HEIGHT}`;
  const frames = Math.round(piece.seconds * RATE);
  const along = (a: number, b: number) => `(${a.toFixed(3)}+${(b - a).toFixed(3)}*on/${frames})`;
  const x = `(iw-iw/zoom)*${along(piece.from[0], piece.to[0])}`;
  const y = `(ih-ih/zoom)*${along(piece.from[1], piece.to[1])}`;
  const zoom = `zoompan=z='${along(...piece.zoom)}':x='${x}':y='${y}':d=${frames}:s=${WIDTH}x${HEIGHT}:fps=${RATE}`;
  return `${large},${zoom}`;
}
