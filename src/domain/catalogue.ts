import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { AssetId, FingerprintId, ReferenceId, UtcMillis } from './ids.js';
import type { Interval, Modality } from './match.js';

/** Excluded intervals that an asset may have. */
export const MAX_EXCLUDED = 1000;

/** A work of a rights holder. */
export interface Asset {
  readonly catalogue: string;
  readonly id: AssetId;
  readonly title: string;
  readonly eidr: string | null;
  readonly isan: string | null;
  readonly isrc: string | null;
  readonly rightsHolder: string | null;
  /** ISO 3166 codes; empty = not stated. */
  readonly territories: readonly string[];
  /** ISO 8601 dates; null = not stated. */
  readonly validFrom: string | null;
  readonly validTo: string | null;
  /**
   * Stretches of its references that are others' material and never claim, in reference time: ascending, and
   * apart from each other.
   */
  readonly excluded: readonly Interval[];
}

/** What a registration says of its asset. */
export type StatedAsset = Omit<Asset, 'excluded'> & {
  /** Null = nothing is said of it: what was set before stays. */
  readonly excluded: readonly Interval[] | null;
};

/** An asset of which nothing but its title is known. */
export function bareAsset(catalogue: string, id: AssetId, title: string): StatedAsset {
  return {
    catalogue,
    id,
    title,
    eidr: null,
    isan: null,
    isrc: null,
    rightsHolder: null,
    territories: [],
    validFrom: null,
    validTo: null,
    excluded: null,
  };
}

/** One fingerprinted rendition of an asset. */
export interface Reference {
  readonly id: ReferenceId;
  readonly catalogue: string;
  readonly assetId: AssetId;
  readonly fingerprintId: FingerprintId;
  /** Name of the file or address it was made from. */
  readonly source: string;
  readonly sourceBytes: number;
  readonly registeredAt: UtcMillis;
  readonly duration: Seconds;
  readonly hasVideo: boolean;
  readonly audioTracks: number;
  /** What could not be decoded when it was registered, s. */
  readonly missing: { readonly video: Seconds; readonly audio: Seconds };
}

export interface StillPicture {
  readonly time: Seconds;
  readonly jpeg: Uint8Array;
}

/** All that registering takes. */
export interface Registration {
  readonly asset: StatedAsset;
  readonly fingerprintId: FingerprintId;
  readonly fingerprint: ReferenceFingerprint;
  readonly stills: readonly StillPicture[];
  readonly source: string;
  readonly sourceBytes: number;
  readonly missing: { readonly video: Seconds; readonly audio: Seconds };
  /** When it was registered first, where this is a copy of another catalogue's; now, if absent. */
  readonly registeredAt?: UtcMillis;
}

export type RegistrationOutcome = 'added' | 'unchanged' | 'updated';

/** A stretch of a reference. */
export interface Passage {
  readonly catalogue: string;
  readonly assetId: AssetId;
  readonly title: string;
  readonly referenceId: ReferenceId;
  readonly interval: Interval;
}

/** The same pictures, sound or both in references of two assets. */
export interface SharedContent {
  readonly a: Passage;
  readonly b: Passage;
  readonly modality: Modality;
  /** 0..1: that of a match with as much evidence; 1 for the same bytes. */
  readonly score: number;
}
