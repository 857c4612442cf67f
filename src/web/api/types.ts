import type {
  Asset,
  Detection,
  FoundDetections,
  Frames,
  Operations,
  Review,
  Session,
  Stream,
} from './schema.js';

export type {
  Alignment,
  Asset,
  CaptureFacts,
  Catalogue,
  Detection,
  FoundDetections as Found,
  Frames,
  Import as ImportJob,
  ImportRow,
  Review,
  Session,
  Spectrogram,
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

export interface Lookup {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly error: { readonly code: string; readonly detail: string } | null;
  readonly matches: readonly {
    readonly catalogue: string;
    readonly assetId: string;
    readonly title: string;
    readonly modality: Modality;
    readonly clip: { readonly start: number; readonly end: number };
    readonly reference: { readonly start: number; readonly end: number };
    readonly score: number;
  }[];
  readonly streams: readonly {
    readonly stream: { readonly id: string; readonly name: string };
    readonly start: string;
    readonly end: string;
    readonly score: number;
  }[];
  readonly notes: readonly string[];
}

export type FramePair = Frames['items'][number];
