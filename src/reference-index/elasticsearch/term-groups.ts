/** Groups of one question, about; besides, each class has one. */
const GROUPS = 24;
/** Terms that have fewer chunks weigh more: as their idf would among 2^20 chunks. */
const BITS = 20;
const CLASSES = BITS;
/** Fibonacci hashing (Knuth): neighbours fall into different groups. */
const SCATTER = 2654435769;

/** Terms to ask for, each once, and how many chunks or places each has: 1 or more. */
export interface AskedTerms {
  readonly terms: Uint32Array;
  readonly counts: ArrayLike<number>;
}

/** Terms that count once together, with what they weigh. */
export interface TermGroup {
  readonly weight: number;
  /** Ascending. */
  readonly terms: Uint32Array;
}

/**
 * Deals terms out to groups, at random among those that are about as rare. The server walks through the terms of a group
 * in one go, some ten times faster than it weighs them one by one. A rare term is likelier one of the chunk that is looked
 * for than of strangers, so rare classes get more groups for their terms: what that chunk has then nearly always counts
 * apart.
 */
export function groupTerms({ terms, counts }: AskedTerms): TermGroup[] {
  const sizes = new Uint32Array(CLASSES);
  for (let i = 0; i < terms.length; i++) sizes[classOf(counts[i]!)]!++;
  const expected = Array.from(sizes, (size, bits) => size / 2 ** bits);
  const all = expected.reduce((sum, of) => sum + of, 0);
  const classes = expected.map((of) =>
    Array.from({ length: Math.ceil((GROUPS * of) / all) }, (): number[] => []),
  );
  for (let i = 0; i < terms.length; i++) {
    const groups = classes[classOf(counts[i]!)]!;
    groups[(Math.imul(terms[i]!, SCATTER) >>> 8) % groups.length]!.push(terms[i]!);
  }
  return classes.flatMap((groups, bits) =>
    groups
      .filter(({ length }) => length > 0)
      .map((group) => ({ weight: BITS - bits, terms: Uint32Array.from(group).sort() })),
  );
}

/** Of rarity: each twice as common as the one before. */
function classOf(count: number): number {
  return Math.min(CLASSES - 1, 31 - Math.clz32(count));
}
