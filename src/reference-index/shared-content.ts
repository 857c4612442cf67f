import type { Passage, SharedContent } from '../domain/catalogue.js';
import type { SharedContentFilter } from './reference-index.js';

/** Two passages that are the same, seen from one side. */
export interface SharedPair extends SharedContent {
  /** When either reference was registered, ms since 1970. */
  readonly since: { readonly a: number; readonly b: number };
}

/** Of pairs that are there from either side: those that a filter asks for, each once, in order of title and time. */
export function listedPairs(pairs: readonly SharedPair[], filter: SharedContentFilter): SharedContent[] {
  return pairs
    .filter((pair) => filter.referenceId !== undefined || isWanted(pair, filter.catalogue))
    .map(({ a, b, modality, score }) => ({ a, b, modality, score }))
    .sort(inOrder);
}

/** Everything is there from either side. Of both, the one that begins with what was registered first is wanted. */
function isWanted({ a, b, since }: SharedPair, catalogue: string | undefined): boolean {
  if (catalogue !== undefined && b.catalogue !== catalogue) return true;
  return since.a - since.b < 0 || (since.a === since.b && a.referenceId < b.referenceId);
}

function inOrder(one: SharedContent, other: SharedContent): number {
  return (
    byReference(one.a, other.a) ||
    one.a.interval.start - other.a.interval.start ||
    byReference(one.b, other.b) ||
    one.b.interval.start - other.b.interval.start
  );
}

function byReference(a: Passage, b: Passage): number {
  const key = ({ catalogue, title, referenceId: id }: Passage) => `${catalogue}\n${title}\n${id}`;
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}
