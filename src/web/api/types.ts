import type { Asset, Detection, FoundDetections, Operations, Review, Session, Stream } from './schema.js';

export type {
  Asset,
  Catalogue,
  Detection,
  FoundDetections as Found,
  Review,
  Session,
  Stream,
} from './schema.js';

export type AssetState = Asset['state'];
export type StreamState = Stream['state'];
export type Carried = Stream['carries'][number];
export type Bars = Operations['getTimeline']['answer'];
export type Modality = Detection['modality'];
export type ReviewState = Detection['review'];
export type Verdict = Review['verdict'];
export type Role = Session['user']['roles'][number];
export type Facets = FoundDetections['facets'];
export type FacetValue = NonNullable<Facets['asset']>[number];
export type Side = 'stream' | 'reference';

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface Alignment {
  readonly points: readonly {
    readonly streamTime: number;
    readonly referenceTime: number;
    readonly similarity: number;
    readonly modality: Modality;
  }[];
  readonly perSecond: readonly {
    readonly t: number;
    readonly sound: number | null;
    readonly picture: number | null;
  }[];
  readonly line: { readonly speed: number; readonly offset: number };
}

export interface FramePair {
  readonly n: number;
  /** Seconds from the start of the detection on the stream. */
  readonly t: number;
  readonly stream: { readonly available: boolean; readonly reason?: string };
  readonly reference: { readonly available: boolean; readonly reason?: string; readonly time: number };
}

export interface ImportJob {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly rows: number;
  readonly done: number;
  readonly failed: number;
}

export interface ImportRow {
  readonly row: number;
  readonly state: string;
  readonly assetId: string | null;
  readonly error: { readonly pointer: string; readonly detail: string } | null;
}

export interface Spectrogram {
  readonly seconds: number;
  /** Hz. */
  readonly maxFrequency: number;
  readonly columns: number;
  readonly rows: number;
  /** Base64 of columns × rows bytes, column by column, low frequencies first. */
  readonly values: string;
  readonly landmarks: readonly {
    readonly t: number;
    readonly frequency: number;
    readonly toT: number;
    readonly toFrequency: number;
  }[];
}

export interface Lookup {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly error: string | null;
  readonly matches: readonly {
    readonly catalogue: string;
    readonly assetId: string;
    readonly title: string;
    readonly modality: Modality;
    readonly stream: { readonly start: number; readonly end: number };
    readonly reference: { readonly start: number; readonly end: number };
    readonly score: number;
  }[];
  readonly streams: readonly {
    readonly stream: { readonly id: string; readonly name: string };
    readonly start: string;
    readonly end: string;
    readonly score: number;
  }[];
}
