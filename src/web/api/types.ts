import type { Asset, Detection, FoundDetections, Operations, Review, Session, Stream } from './schema.js';

export type {
  Asset,
  Catalogue,
  Detection,
  FoundDetections as Found,
  Import as ImportJob,
  ImportRow,
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

interface Presence {
  readonly available: boolean;
  readonly reason: string | null;
}

export interface Alignment extends Presence {
  readonly line: { readonly speed: number; readonly offset: number };
  readonly from: number;
  readonly to: number;
  readonly points: readonly {
    readonly streamTime: number;
    readonly referenceTime: number;
    readonly similarity: number;
    readonly modality: 'audio' | 'video';
  }[];
  readonly perSecond: readonly {
    readonly t: number;
    readonly sound: number | null;
    readonly picture: number | null;
  }[];
  readonly hits: readonly (readonly number[])[];
  readonly view: {
    readonly x0: number;
    readonly y0: number;
    readonly x1: number;
    readonly y1: number;
    readonly mirrored: boolean;
    readonly ofReference: 'whole' | 'centre';
  } | null;
}

export interface Frames {
  readonly media: {
    readonly state: 'ready' | 'fetching' | 'missing';
    readonly reason: string | null;
    readonly placed: 'exactly' | 'by-the-clock' | null;
  };
  readonly items: readonly {
    readonly n: number;
    readonly time: string | null;
    readonly streamTime: number | null;
    readonly referenceTime: number | null;
    readonly stream: Presence;
    readonly reference: Presence;
  }[];
}

export type FramePair = Frames['items'][number];

export interface Spectrogram extends Presence {
  readonly from: number;
  readonly to: number;
  readonly image: {
    readonly columns: number;
    readonly rows: number;
    readonly step: number;
    readonly minHz: number;
    readonly maxHz: number;
    readonly pixels: string;
  } | null;
  readonly imageReason: string | null;
  readonly peaks: readonly (readonly number[])[];
  readonly agreeing: readonly {
    readonly own: readonly (readonly number[])[];
    readonly other: readonly (readonly number[])[];
  }[];
}

export interface CaptureFacts {
  readonly coverage: readonly {
    readonly start: string;
    readonly end: string;
    readonly state: string;
    readonly reason: string;
  }[];
  readonly capture: Presence & {
    readonly probe: string | null;
    readonly segments: readonly {
      readonly sequence: number;
      readonly firstByte: string;
      readonly lastByte: string;
      readonly sha256: string;
      readonly bytes: number;
      readonly duration: number;
      readonly url: string;
      readonly redirects: readonly string[];
      readonly ip: string | null;
      readonly network: number | null;
      readonly country: string | null;
      readonly status: number | null;
      readonly tls: string | null;
    }[];
  };
}
