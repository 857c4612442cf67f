import { Random } from '../../samples/random.js';
import { type AttackName, type Item, RATE, type Reel, SEGMENT_SECONDS, type Work } from './types.js';

/** s */
const PLANTED = [14, 36] as const;
const ADVERT = [5, 12] as const;
const OTHER = [6, 18] as const;
/** Nothing shorter is cut from a work, s. */
const SHORTEST = 4;
/** The sped-up: as films are for television with 25 pictures a second. */
const FASTER = 25 / 24;

export const ATTACK_NAMES: readonly AttackName[] = [
  're-encode',
  'logo',
  'crop',
  'mirrored',
  'speed',
  'letterbox',
];

export interface ReelOptions {
  readonly reels: number;
  readonly segments: number;
  readonly seed: number;
}

/**
 * What the loops show: planted works under attacks in turn, between one or two stretches of works that are
 * nobody's. The last reel shows nothing planted, when there are several. Every reel begins and ends with something
 * that is nobody's, so that a loop does not put two stretches of a planted work together.
 */
export function planReels(works: readonly Work[], { reels, segments, seed }: ReelOptions): Reel[] {
  const planted = works.filter((work) => work.planted && work.duration >= PLANTED[0] * FASTER);
  const others = works.filter((work) => !work.planted && work.duration >= SHORTEST);
  if (others.length === 0) throw new RangeError('there are no works but planted ones to put between them');
  const random = new Random(`reels ${seed}`);
  const seconds = segments * SEGMENT_SECONDS;
  let shown = 0;
  return Array.from({ length: reels }, (_, n) => {
    const items: Item[] = [];
    const end = () => items.at(-1)?.end ?? 0;
    const between = () => {
      for (let left = random.int(1, 2); left > 0; left--)
        items.push(cut(random, random.pick(others), end(), within(random, left > 1 ? ADVERT : OTHER)));
    };
    const none = planted.length === 0 || (reels > 1 && n === reels - 1);
    between();
    while (end() < seconds - PLANTED[1] - SHORTEST) {
      if (!none) {
        const attack = ATTACK_NAMES[shown % ATTACK_NAMES.length]!;
        items.push(cut(random, planted[shown++ % planted.length]!, end(), within(random, PLANTED), attack));
      }
      between();
    }
    return { seconds, items: filled(items, seconds, () => random.pick(others)) };
  });
}

/** Cut off, or filled up with what is nobody's, to the length. */
function filled(items: readonly Item[], seconds: number, other: () => Work): Item[] {
  const kept = items
    .filter((item) => item.start < seconds - 1)
    .map((item) => ({ ...item, end: Math.min(item.end, seconds) }));
  for (let end = kept.at(-1)!.end; end < seconds; end = kept.at(-1)!.end) {
    const work = other();
    kept.push(item(work, null, 0, end, Math.min(seconds, end + wholePictures(work.duration - 0.5))));
  }
  return kept;
}

function cut(
  random: Random,
  work: Work,
  start: number,
  wanted: number,
  attack: AttackName | null = null,
): Item {
  const speed = attack === 'speed' ? FASTER : 1;
  const seconds = wholePictures(Math.min(wanted, (work.duration - 0.5) / speed));
  const latest = work.duration - 0.3 - seconds * speed;
  return item(work, attack, wholePictures(random.range(0, Math.max(0, latest))), start, start + seconds);
}

function item(work: Work, attack: AttackName | null, from: number, start: number, end: number): Item {
  const speed = attack === 'speed' ? FASTER : 1;
  return { work: work.id, attack, from, speed, start: wholePictures(start), end: wholePictures(end) };
}

function within(random: Random, [least, most]: readonly [number, number]): number {
  return random.range(least, most);
}

function wholePictures(seconds: number): number {
  return Math.floor(seconds * RATE + 1e-6) / RATE;
}
