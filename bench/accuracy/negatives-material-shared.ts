import { Random } from '../../samples/random.js';
import { attackNamed } from './attacks.js';
import { assemble, type Piece, wholePictures } from './programmes-assemble.js';
import { type Source, shuffled } from './titles-inventory.js';
import type { Appearance, SharedContent, Split, Title } from './types.js';

/** s */
const SCENE = 6;
const IDENT = 4;

/**
 * Pairs of a title and a stream that share a part, from one split's films. To be judged against a catalogue of
 * the other split with the title in it. None when the split has fewer than six films.
 */
export async function sharedContent(
  sources: readonly Source[],
  split: Split,
  seed: number,
): Promise<readonly SharedContent[]> {
  const random = new Random(`shared ${split} ${seed}`);
  const films = sources.filter(
    (source) =>
      source.split === split &&
      source.kind === 'film' &&
      source.facts.hasAudio &&
      source.facts.duration > SCENE + 1,
  );
  const works = new Map(films.map((film) => [film.work, film]));
  const scenes = shuffled([...works.values()], random).slice(0, 6);
  if (scenes.length < 6) return [];
  const [a, b, c, d, e, f] = scenes.map(scene) as [Piece, Piece, Piece, Piece, Piece, Piece];
  const work = (...shown: number[]) => shown.map((n) => scenes[n]!.work);
  const ident = identOf(random);
  return [
    await pair(split, 'two works with one ident', {
      expected: 'with the interval excluded nothing is found; without, the ident alone',
      title: [ident, a, b, c],
      stream: [ident, d, e, f],
      excluded: [[0, IDENT]],
      shared: [[0, 0]],
      sources: work(0, 1, 2),
    }),
    await pair(split, 'two works with stock footage', {
      expected: 'with the interval excluded nothing is found; without, the shared scene alone',
      title: [a, b, c],
      stream: [d, b, e],
      excluded: [[SCENE, 2 * SCENE]],
      shared: [[1, 1]],
      sources: work(0, 1, 2),
    }),
    await pair(split, 'two cuts of one work', {
      expected: 'each scene that both have is found where it is, and nothing in the scene that only one has',
      title: [a, b, c, d],
      stream: [b, e, d, a],
      excluded: [],
      shared: [
        [0, 1],
        [2, 3],
        [3, 0],
      ],
      sources: work(0, 1, 2, 3),
    }),
  ];
}

function scene(source: Source): Piece {
  return { seconds: SCENE, from: { file: source.file, start: 0.5 } };
}

function identOf(random: Random): Piece {
  const base = random.int(300, 500);
  return {
    seconds: IDENT,
    from: {
      pictures: `gradients=s=640x360:r=25:n=4:speed=0.05:seed=${random.int(1, 999)}`,
      sound: `aevalsrc=0.3*sin(2*PI*t*${base}*(1+0.25*floor(mod(t*4\\,7))))*exp(-3*mod(t\\,0.25)):s=48000`,
    },
  };
}

interface Plan {
  readonly expected: string;
  readonly title: readonly Piece[];
  readonly stream: readonly Piece[];
  readonly excluded: SharedContent['excluded'];
  /** Which piece of the stream is which piece of the title. */
  readonly shared: readonly (readonly [inStream: number, inTitle: number])[];
  readonly sources: readonly string[];
}

async function pair(split: Split, name: string, plan: Plan): Promise<SharedContent> {
  const title: Title = {
    id: `${split} ${name}`,
    file: await assemble(`${name}, title`, plan.title),
    duration: lengthOf(plan.title),
    hasVideo: true,
    hasAudio: true,
    sources: plan.sources,
    split,
  };
  const appearances = plan.shared.map(([inStream, inTitle]): Appearance => {
    const start = lengthOf(plan.stream.slice(0, inStream));
    return {
      title,
      attack: attackNamed('reencode'),
      start,
      end: start + plan.stream[inStream]!.seconds,
      titleStart: lengthOf(plan.title.slice(0, inTitle)),
    };
  });
  return {
    name,
    expected: plan.expected,
    title,
    excluded: plan.excluded,
    file: await assemble(`${name}, stream`, plan.stream),
    duration: lengthOf(plan.stream),
    appearances,
  };
}

function lengthOf(pieces: readonly Piece[]): number {
  return wholePictures(pieces.reduce((sum, piece) => sum + piece.seconds, 0));
}
