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
  FoundEverything,
  Frames,
  Import as ImportJob,
  ImportRow,
  Lookup,
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

export type FramePair = Frames['items'][number];
