import { hashTerms, TERMS_PER_HASH, termedHashes } from '../../fingerprints/picture-terms.js';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import { HASH_BYTES } from '../../fingerprints/units.js';

/** How likely strangers share a term, as the bits that a term of as many equally likely values would have. */
export interface Clustering {
  readonly landmarkBits: number;
  readonly pictureTermBits: number;
}

/**
 * −log2 of the chance that two terms (of one table) from two different references are the same: what a look-up pays for
 * the commonest terms depends on it, and the mean over references does not show it.
 */
export function clusteringOf(references: readonly ReferenceFingerprint[]): Clustering {
  const landmarks = references.map(({ audio }) =>
    countsOf(audio.flatMap((track) => [...track.landmarks.hashes])),
  );
  const pictures = references.map(({ video }) => countsOf(video ? pictureTerms(video.rows) : []));
  return {
    landmarkBits: -Math.log2(shared(landmarks)),
    // A term names its table: of two terms one in so many is of the same.
    pictureTermBits: -Math.log2(shared(pictures) * TERMS_PER_HASH),
  };
}

function pictureTerms(rows: Uint8Array): number[] {
  const terms = new Uint32Array(TERMS_PER_HASH);
  return [...termedHashes(rows)].flatMap((n) => {
    hashTerms(rows, n * HASH_BYTES, terms, 0);
    return [...terms];
  });
}

/** Shares of each term among those of one reference. */
function countsOf(terms: readonly number[]): Map<number, number> {
  const shares = new Map<number, number>();
  for (const term of terms) shares.set(term, (shares.get(term) ?? 0) + 1 / terms.length);
  return shares;
}

/** The chance that a term of one and a term of another are the same. */
function shared(references: readonly ReadonlyMap<number, number>[]): number {
  const some = references.filter(({ size }) => size > 0);
  const sums = new Map<number, number>();
  let own = 0;
  for (const shares of some) {
    for (const [term, share] of shares) {
      sums.set(term, (sums.get(term) ?? 0) + share);
      own += share * share;
    }
  }
  let all = 0;
  for (const sum of sums.values()) all += sum * sum;
  return (all - own) / (some.length * (some.length - 1));
}
