import type { Seconds } from '../../../fingerprints/units.js';
import type { DetectionId } from '../../domain/ids.js';
import type { Detection, DetectionState, Modality } from '../../domain/match.js';
import type { ReviewState } from '../review.js';

/** What detections can be counted by. */
export const FACETS = [
  'asset',
  'catalogue',
  'stream',
  'host',
  'modality',
  'state',
  'review',
  'score',
  'delay',
  'day',
] as const;
export type Facet = (typeof FACETS)[number];

export const SORTS = ['-start', 'start', '-score', 'score'] as const;
/** A minus = falling. */
export type Sort = (typeof SORTS)[number];

/** Values of one facet that are told, those with the most detections. */
export const FACET_VALUES = 20;

/** Which detections are wanted. Several values of one field: any of them. Absent = whatever. */
export interface DetectionQuery {
  /** Catalogues that the asker may see; null = all. */
  readonly visible: readonly string[] | null;
  /** Words that the title or the name of the stream has, or words that begin so: all of them, accents and case aside. */
  readonly text?: string;
  /** Ids. */
  readonly streams?: readonly string[];
  readonly hosts?: readonly string[];
  /** Addresses that sent the stream meanwhile, in their one form (domain/host.ts). */
  readonly ips?: readonly string[];
  /** Numbers of networks that those lie in. */
  readonly asns?: readonly number[];
  /** Ids, in whichever catalogue. */
  readonly assets?: readonly string[];
  readonly catalogues?: readonly string[];
  /** Detections that end at or after this, ms UTC. */
  readonly since?: number;
  /** Detections that start before this, ms UTC. */
  readonly until?: number;
  readonly minScore?: number;
  readonly maxScore?: number;
  readonly modalities?: readonly Modality[];
  /** Of detections of live references, which have one. */
  readonly minDelay?: Seconds;
  readonly maxDelay?: Seconds;
  readonly state?: DetectionState;
  readonly reviews?: readonly ReviewState[];
}

/** Which of them, in which order. */
export interface PageWanted {
  readonly sort: Sort;
  readonly limit: number;
  /** `next` of the page before; null = from the start. */
  readonly after: string | null;
}

export interface FoundDetection {
  readonly detection: Detection;
  /** Of the stream's address; empty = it has none. */
  readonly host: string;
  readonly review: ReviewState;
}

/**
 * A page. Where much had to be passed over to find little, it may be shorter than was asked for, and even empty, though
 * there is more: the end is where `next` is null.
 */
export interface DetectionPage {
  readonly items: readonly FoundDetection[];
  readonly next: string | null;
}

export interface Total {
  readonly count: number;
  /** False = so many at least. */
  readonly isExact: boolean;
}

export interface FacetValue {
  /** To be asked for; of `score` and `delay` the lower end of a range, of `day` its date (UTC). */
  readonly value: string;
  /** To be shown. */
  readonly label: string;
  readonly count: number;
}

export interface Facets {
  readonly values: Readonly<Partial<Record<Facet, readonly FacetValue[]>>>;
  /** Detections that were counted, in the order of the search: the newest, where that is what it begins with. */
  readonly counted: number;
  /** Whether that is all of them. */
  readonly isComplete: boolean;
}

/**
 * Search in detections, the same on each engine. Pages do not shift when detections come in between: a page goes on
 * after the last one of the page before.
 */
export interface DetectionSearch {
  /** A list of one engine can be gone on with by another. @throws SP_USAGE for `after` of another sort */
  page(query: DetectionQuery, wanted: PageWanted): Promise<DetectionPage>;
  /** Exact up to some thousands; beyond, so many at least. */
  total(query: DetectionQuery): Promise<Total>;
  facets(query: DetectionQuery, sort: Sort, facets: readonly Facet[]): Promise<Facets>;
  /** Null when there is none, or none that the asker may see. */
  get(visible: DetectionQuery['visible'], id: DetectionId): Promise<FoundDetection | null>;
  close(): Promise<void>;
}

/** The words of a text to search for: letters and digits, at most 16 of them. */
export function wordsOf(text: string): string[] {
  return (text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 16);
}
