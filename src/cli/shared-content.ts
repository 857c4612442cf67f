import type { Passage, SharedContent } from '../domain/catalogue.js';
import { lengthOf, unionOf } from '../domain/intervals.js';
import { clock, table } from './output.js';

/** One line for a person who has just registered a reference: what it shares, if anything. */
export function sharedLine(shared: readonly SharedContent[]): string[] {
  const [first] = [...shared].sort((x, y) => lengthOf(y.a.interval) - lengthOf(x.a.interval));
  if (!first) return [];
  const length = unionOf(shared.map(({ a }) => a.interval)).reduce(
    (sum, interval) => sum + lengthOf(interval),
    0,
  );
  const more = new Set(shared.map(({ b }) => b.referenceId)).size - 1;
  const others = more === 0 ? '' : ` and ${more} other${more === 1 ? '' : 's'}`;
  return [
    `shares ${clock(length)} with ${first.b.title} [${nameOf(first.b)}]${others}: see catalogue duplicates`,
  ];
}

/** As JSON output shows it. */
export function sharedJson({ a, b, modality, score }: SharedContent) {
  return { a: passageJson(a), b: passageJson(b), modality, length: lengthOf(a.interval), score };
}

function passageJson({ interval, ...passage }: Passage) {
  return { ...passage, ...interval };
}

export function sharedTable(shared: readonly SharedContent[]): string {
  return table(
    ['title', 'asset', 'from', 'to', 'title', 'asset', 'from', 'to', 'what', 'length'],
    shared.map(({ a, b, modality }) => [...cellsOf(a), ...cellsOf(b), modality, clock(lengthOf(a.interval))]),
  );
}

function cellsOf(passage: Passage): string[] {
  const { start, end } = passage.interval;
  return [passage.title, nameOf(passage), clock(start), clock(end)];
}

function nameOf({ catalogue, assetId }: Passage): string {
  return `${catalogue}/${assetId}`;
}
