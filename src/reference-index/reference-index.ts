import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import type { Seconds } from '../../fingerprints/units.js';
import type {
  Asset,
  Reference,
  Registration,
  RegistrationOutcome,
  SharedContent,
  StillPicture,
} from '../domain/catalogue.js';
import type { AssetId, FingerprintId, ReferenceId, UtcMillis } from '../domain/ids.js';
import type { Interval, Modality } from '../domain/match.js';

/** Landmarks of a stretch of stream, to be looked up. One entry a landmark in both arrays. */
export interface LandmarkQuery {
  readonly hashes: Uint32Array;
  /** Ticks from the start of the stretch. */
  readonly ticks: Uint32Array;
  /**
   * Postings to read, about: those of the rarest landmarks, which say most about the place. The others are left
   * out. All of them when not given. A large index may read some more.
   */
  readonly postings?: number;
  /** So many landmarks must agree on a place; 3 when not given, since two agree by chance all the time. At least 2. */
  readonly atLeast?: number;
}

/** Pictures of a stretch of stream, to be looked up. */
export interface PictureQuery {
  readonly probes: readonly PictureProbe[];
  /**
   * Postings to read at most, about: those of the terms that are likely for what they cost. The others are left out. A
   * large index may read some more, and any may have a bound of its own.
   */
  readonly postings?: number;
}

export interface PictureProbe {
  /** Seconds from the start of the stretch. */
  readonly time: Seconds;
  /** Which picture of the stretch it is of, below 1,024: all probes of one picture vote once at a place, with the best. */
  readonly picture: number;
  /** Which part of the picture it is, a small number of the caller's, below 1,024. */
  readonly box: number;
  /** HASH_BYTES bytes. */
  readonly hash: Uint8Array;
  /** Index terms of the hash, its least certain bits tried both ways. */
  readonly terms: Uint32Array;
  /** How unlikely each of them is (`DoubtedTerms`). */
  readonly doubts: Uint8Array;
  readonly mirrored: boolean;
}

/** A place that the index proposes; nothing is decided yet. */
export interface Nomination {
  readonly fingerprintId: FingerprintId;
  /** Sound track; -1 = pictures. */
  readonly track: number;
  /** Reference time − time in the stretch, s. */
  readonly offset: Seconds;
  readonly mirrored: boolean;
  /** Of the best evidence: the probe's box, and the region of the reference that it resembled; −1 for sound. */
  readonly box: number;
  readonly region: number;
  /** Landmarks that agree, or the summed evidence of pictures: comparable within one kind only. */
  readonly votes: number;
}

/** Words [first, first + count) of a sound track; beyond its ends they are 0. */
export interface WordRange {
  readonly fingerprintId: FingerprintId;
  readonly track: number;
  readonly first: number;
  readonly count: number;
}

/** Rows [first, first + count) of the pictures, ROW_BYTES each; beyond their ends they are 0. */
export interface RowRange {
  readonly fingerprintId: FingerprintId;
  readonly first: number;
  readonly count: number;
}

export interface IndexedFingerprint {
  readonly id: FingerprintId;
  readonly duration: Seconds;
  readonly hasVideo: boolean;
  readonly audioTracks: number;
  /** Every asset that these very bytes are registered for. */
  readonly references: readonly ReferenceOfAsset[];
}

export interface ReferenceOfAsset {
  readonly referenceId: ReferenceId;
  readonly catalogue: string;
  readonly assetId: AssetId;
  readonly title: string;
  /** Stretches of the reference that never claim for this asset: ascending, and apart from each other. */
  readonly excluded: readonly Interval[];
  /** Of a part of a live reference, UTC of its time 0; null for all others. */
  readonly startsAt: UtcMillis | null;
}

/** A stretch of a fingerprint that is in another one too. */
export interface Overlap {
  readonly other: FingerprintId;
  readonly own: Interval;
  readonly others: Interval;
  readonly modality: Modality;
  readonly score: number;
}

/** What to list of shared content: all, what a catalogue has a part in, or what a reference shares. */
export interface SharedContentFilter {
  readonly catalogue?: string;
  readonly referenceId?: ReferenceId;
}

export interface IndexStats {
  readonly assets: number;
  readonly references: number;
  readonly hours: number;
  readonly segments: number;
  readonly landmarks: number;
  readonly pictureTerms: number;
  /** Terms that so many places share that they have no vote, and how many landmarks and picture terms that is. */
  readonly commonTerms?: number;
  readonly commonPostings?: number;
  /** Bytes on disk of all that matching needs. */
  readonly indexBytes: number;
  readonly stillBytes: number;
  /** References removed whose bytes go at the next merge. */
  readonly removedWaiting: number;
}

/** Where reference fingerprints are kept and found. Readers see what was acknowledged before `refresh`. */
export interface ReferenceIndex {
  /** Takes note of what other processes have committed since. */
  refresh(): Promise<void>;
  nominateByLandmarks(query: LandmarkQuery, limit: number): Promise<Nomination[]>;
  nominateByPictures(query: PictureQuery, limit: number): Promise<Nomination[]>;
  /** In the order of the ranges. A fingerprint removed meanwhile gives zeros. */
  readWords(ranges: readonly WordRange[]): Promise<Uint32Array[]>;
  readRows(ranges: readonly RowRange[]): Promise<Uint8Array[]>;
  /** Null when it is no longer there. */
  fingerprint(id: FingerprintId): Promise<IndexedFingerprint | null>;

  /** All of a fingerprint, but for landmarks too common to vote; null when it is no longer there. */
  readFingerprint(id: FingerprintId): Promise<ReferenceFingerprint | null>;

  assets(catalogue?: string): Promise<Asset[]>;
  /** Null when nothing was ever registered for it, or it was removed. */
  asset(catalogue: string, id: AssetId): Promise<Asset | null>;
  references(filter: { catalogue?: string; assetId?: AssetId }): Promise<Reference[]>;
  /**
   * What references of different assets share: the overlaps that were saved, and the same bytes under several
   * assets. `a` is the reference or of the catalogue asked for, else what was registered first.
   */
  sharedContent(filter: SharedContentFilter): Promise<SharedContent[]>;
  /** Fingerprints whose overlaps were never saved. */
  uncompared(): Promise<FingerprintId[]>;
  /** The still nearest to a time; null when there is none within 10 s. */
  still(id: FingerprintId, time: Seconds): Promise<StillPicture | null>;
  /** Times of the stills that a fingerprint has. */
  stillTimes(id: FingerprintId): Promise<Seconds[]>;
  stats(): Promise<IndexStats>;
  /** Of reference that is looked through, about: what is alike by chance grows with it. Asked with every segment. */
  hours(): Promise<number>;
  close(): Promise<void>;
}

export interface CompactOptions {
  /**
   * Whether all is written anew, even where nothing calls for it: with terms made from what is stored, as this version
   * makes them, and in the shards that are asked for now. An embedded index only merges.
   */
  readonly anew?: boolean;
}

/** The one writer. What a call has acknowledged survives `kill -9`. */
export interface ReferenceIndexWriter extends ReferenceIndex {
  /** Whether these bytes are fingerprinted already, so that they need not be again. */
  hasFingerprint(id: FingerprintId): Promise<boolean>;
  /** All of a batch, or nothing. Registering the same bytes for the same asset changes only metadata. */
  register(batch: readonly Registration[]): Promise<RegistrationOutcome[]>;
  /** A second asset (or new metadata) over bytes that are fingerprinted already. */
  registerExisting(registration: Omit<Registration, 'fingerprint' | 'stills'>): Promise<RegistrationOutcome>;
  /** Takes a reference out and puts another in, at once for all who look: both, or neither. Throws SP_NOT_FOUND. */
  replaceReference(old: ReferenceId, registration: Registration): Promise<RegistrationOutcome>;
  /** True when there was one. It never matches again from the moment this resolves. */
  removeReference(id: ReferenceId): Promise<boolean>;
  /** Number of references removed with the asset. */
  removeAsset(catalogue: string, id: AssetId): Promise<number>;
  /**
   * Keeps all overlaps of a fingerprint with others, instead of those before, until one of the two is removed.
   * One with a fingerprint that is no longer there is left out.
   */
  saveOverlaps(id: FingerprintId, overlaps: readonly Overlap[]): Promise<void>;
  /** Sets all that is said of an asset for which something was registered. Throws SP_NOT_FOUND. */
  setAsset(asset: Asset): Promise<void>;
  /** Sets what of an asset's references never claims; ascending, and apart from each other. Throws SP_NOT_FOUND. */
  setExcluded(catalogue: string, id: AssetId, excluded: readonly Interval[]): Promise<void>;
  /** Merges small segments into large ones and drops what was removed; look-ups go on meanwhile. */
  compact(how?: CompactOptions): Promise<void>;
}

/** A reference that was registered, changed or removed. */
export interface CatalogueChange {
  /** Of this change: grows from one to the next, and is never used again. */
  readonly change: number;
  readonly id: ReferenceId;
  /** What there is now of the reference; null = it was removed. */
  readonly now: { readonly reference: Reference; readonly asset: Asset } | null;
}

/**
 * What the bus is still to be told of. Each change is noted in the transaction that makes it, so that none is
 * forgotten, however the process ends; of one reference only the last counts.
 */
export interface CatalogueOutbox {
  /** In their order, from after a change on; 0 = from the first. */
  unpublished(after: number, limit: number): Promise<CatalogueChange[]>;
  /** Whole fingerprints, as `readFingerprint` gives them; those that are no longer there are left out. */
  fingerprintsOf(ids: readonly FingerprintId[]): Promise<ReadonlyMap<FingerprintId, ReferenceFingerprint>>;
  /** They were published. A reference that has changed since is to be published again. */
  published(changes: readonly number[]): Promise<void>;
  /** Every reference is to be published again; returns their number. */
  republish(): Promise<number>;
}
