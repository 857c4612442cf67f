import { Random } from '../../samples/random.js';
import { judged } from './attacks.js';
import type { Recipe } from './attacks-recipe.js';
import { assemble, type Piece, wholePictures } from './programmes-assemble.js';
import { type CleanRendering, packetsOf } from './render.js';
import type { Appearance, Programme, Split, Title } from './types.js';

/** s */
const CLIP = [5, 60] as const;
const BETWEEN = [8, 40] as const;
const ADVERT = [4, 15] as const;
const SMALLEST_CLIP = 5;

export interface Studio {
  readonly titles: readonly Title[];
  readonly attacks: readonly Recipe[];
  render(title: Title, attack: Recipe, seed: number): Promise<CleanRendering>;
}

/**
 * About as many minutes as asked for: clips of 5 to 60 s of one split's titles under attacks that leave both
 * pictures and sound, between content of the other split and generated content, some of it short as adverts are.
 */
export async function programme(
  studio: Studio,
  split: Split,
  minutes: number,
  seed: number,
): Promise<Programme> {
  const random = new Random(`programme ${split} ${seed}`);
  const shown = studio.titles.filter((title) => title.split === split && title.hasVideo);
  const others = studio.titles.filter((title) => title.split !== split);
  if (shown.length === 0) throw new RangeError(`no title with pictures in the split ${split}`);
  const attacks = studio.attacks.filter((attack) => attack.group !== 'one modality');
  const pieces: Piece[] = [];
  const appearances: Appearance[] = [];
  let now = 0;
  const add = (piece: Piece) => {
    pieces.push(piece);
    now += piece.seconds;
  };
  while (now < minutes * 60) {
    for (let n = random.int(1, 3); n > 0; n--) add(between(random, others, n > 1 ? ADVERT : BETWEEN));
    const title = random.pick(shown);
    const attack = random.pick(attacks.filter((a) => judged(title, a).length > 0));
    const rendering = await studio.render(title, attack, seed);
    if (rendering.duration < SMALLEST_CLIP) continue;
    const seconds = wholePictures(random.range(CLIP[0], Math.min(CLIP[1], rendering.duration)));
    const start = random.range(0, rendering.duration - seconds);
    const { sounds } = await packetsOf(rendering.clean);
    // ffmpeg counts from the file's first packet; a rendering's time counts from its first picture.
    const at = start + Math.min(0, sounds[0] ?? 0);
    const titleStart = rendering.titleStart + attack.speed * at;
    appearances.push({ title, attack, start: now, end: now + seconds, titleStart });
    add({ seconds, from: { file: rendering.file, start } });
  }
  add(between(random, others, BETWEEN));
  const file = await assemble(`programme ${split} ${seed}`, pieces);
  return { file, duration: now, appearances };
}

function between(random: Random, others: readonly Title[], length: readonly [number, number]): Piece {
  const wanted = random.range(...length);
  if (others.length === 0 || random.chance(0.2))
    return {
      seconds: wholePictures(wanted),
      from: {
        pictures: random.pick([
          'testsrc2=s=640x360:r=25',
          'mandelbrot=s=640x360:r=25',
          'smptehdbars=s=640x360:r=25',
        ]),
        sound: `aevalsrc=0.2*sin(2*PI*t*${random.int(200, 900)}*(1+0.2*floor(mod(t*2\\,5)))):s=48000`,
      },
    };
  const title = random.pick(others);
  const seconds = wholePictures(Math.min(wanted, title.duration - 0.5));
  const start = random.range(0, title.duration - seconds - 0.2);
  return { seconds, from: { file: title.file, start: Math.max(0, start) } };
}
