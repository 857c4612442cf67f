// Made from /openapi.json by `npm run client`: changed there, never by hand.

export type Alignment = {
  readonly available: boolean;
  readonly reason: string | null;
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
};

export type Asset = {
  readonly catalogue: string;
  readonly id: string;
  readonly title: string;
  readonly titles: Readonly<Record<string, string>>;
  readonly eidr: string | null;
  readonly isan: string | null;
  readonly isrc: string | null;
  readonly rightsHolder: string | null;
  readonly territories: readonly string[];
  readonly licenceWindows: readonly {
    readonly from: string | null;
    readonly to: string | null;
    readonly territories: readonly string[];
  }[];
  readonly excluded: readonly { readonly start: number; readonly end: number }[];
  readonly policy: 'alert' | 'record' | 'ignore';
  readonly references: number;
  readonly state: 'no-reference' | 'processing' | 'ready' | 'failed';
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type CaptureFacts = {
  readonly stream: {
    readonly id: string;
    readonly name: string;
    readonly url: string;
    readonly host: string | null;
  };
  readonly coverage: readonly {
    readonly start: string;
    readonly end: string;
    readonly state: string;
    readonly reason: string;
  }[];
  readonly capture: {
    readonly available: boolean;
    readonly reason: string | null;
    readonly probe: string | null;
    readonly segments: readonly {
      readonly sequence: number;
      readonly firstByte: string;
      readonly lastByte: string;
      readonly sha256: string;
      readonly bytes: number;
      readonly duration: number;
      readonly programDateTime: string | null;
      readonly url: string;
      readonly redirects: readonly string[];
      readonly ip: string | null;
      readonly network: number | null;
      readonly country: string | null;
      readonly status: number | null;
      readonly headers: Readonly<Record<string, string>>;
      readonly tls: string | null;
    }[];
  };
};

export type Catalogue = {
  readonly name: string;
  readonly tenant: string;
  readonly title: string;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type Detection = {
  readonly id: string;
  readonly state: 'open' | 'closed';
  readonly stream: { readonly id: string; readonly name: string; readonly url: string };
  readonly host: string | null;
  readonly catalogue: string;
  readonly assetId: string;
  readonly title: string;
  readonly referenceId: string;
  readonly modality: 'video' | 'audio' | 'both';
  readonly start: string;
  readonly end: string;
  readonly reference: { readonly start: number; readonly end: number };
  readonly speed: number;
  readonly mirrored: boolean;
  readonly score: number;
  readonly expectedFalsePerDay: number;
  readonly delay: number | null;
  readonly review: 'none' | 'confirmed' | 'rejected' | 'licensed' | 'second-opinion';
  readonly classified: 'alert' | 'recorded' | 'licensed' | 'ignored';
};

export type DetectionDetail = {
  readonly id: string;
  readonly state: 'open' | 'closed';
  readonly stream: { readonly id: string; readonly name: string; readonly url: string };
  readonly host: string | null;
  readonly catalogue: string;
  readonly assetId: string;
  readonly title: string;
  readonly referenceId: string;
  readonly modality: 'video' | 'audio' | 'both';
  readonly start: string;
  readonly end: string;
  readonly reference: { readonly start: number; readonly end: number };
  readonly speed: number;
  readonly mirrored: boolean;
  readonly score: number;
  readonly expectedFalsePerDay: number;
  readonly delay: number | null;
  readonly review: 'none' | 'confirmed' | 'rejected' | 'licensed' | 'second-opinion';
  readonly classified: 'alert' | 'recorded' | 'licensed' | 'ignored';
  readonly words: {
    readonly confidence: string;
    readonly rarity: string;
    readonly modality: string;
    readonly speed: string;
  };
  readonly reviews: number;
};

export type FoundDetections = {
  readonly items: readonly Detection[];
  readonly next: string | null;
  readonly total: number | null;
  readonly totalIsExact: boolean;
  readonly facets: {
    readonly asset?: readonly { readonly value: string; readonly label: string; readonly count: number }[];
    readonly catalogue?: readonly {
      readonly value: string;
      readonly label: string;
      readonly count: number;
    }[];
    readonly stream?: readonly { readonly value: string; readonly label: string; readonly count: number }[];
    readonly host?: readonly { readonly value: string; readonly label: string; readonly count: number }[];
    readonly modality?: readonly { readonly value: string; readonly label: string; readonly count: number }[];
    readonly state?: readonly { readonly value: string; readonly label: string; readonly count: number }[];
    readonly review?: readonly { readonly value: string; readonly label: string; readonly count: number }[];
    readonly score?: readonly { readonly value: string; readonly label: string; readonly count: number }[];
    readonly delay?: readonly { readonly value: string; readonly label: string; readonly count: number }[];
    readonly day?: readonly { readonly value: string; readonly label: string; readonly count: number }[];
  };
  readonly facetsOver: { readonly detections: number; readonly isComplete: boolean };
};

export type FoundEverything = {
  readonly detections: {
    readonly items: readonly Detection[];
    readonly total: number;
    readonly totalIsExact: boolean;
    readonly list: string | null;
    readonly as:
      | 'detection'
      | 'identifier'
      | 'address'
      | 'network'
      | 'url'
      | 'stream'
      | 'host'
      | 'words'
      | 'asset'
      | 'catalogue';
  };
  readonly assets: {
    readonly items: readonly Asset[];
    readonly total: number;
    readonly totalIsExact: boolean;
    readonly list: string | null;
  };
  readonly streams: {
    readonly items: readonly Stream[];
    readonly total: number;
    readonly totalIsExact: boolean;
    readonly list: string | null;
  } | null;
};

export type Frames = {
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
    readonly stream: { readonly available: boolean; readonly reason: string | null };
    readonly reference: { readonly available: boolean; readonly reason: string | null };
  }[];
};

export type Import = {
  readonly id: string;
  readonly catalogue: string;
  readonly format: 'csv' | 'jsonl';
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly rows: number;
  readonly done: number;
  readonly failed: number;
  readonly error: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type ImportRow = {
  readonly row: number;
  readonly state: 'running' | 'done' | 'failed';
  readonly assetId: string | null;
  readonly error: { readonly pointer: string; readonly detail: string } | null;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  readonly jobId: string | null;
};

export type Lookup = {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly name: string;
  readonly createdAt: string;
  readonly endedAt: string | null;
  readonly error: { readonly code: string; readonly detail: string } | null;
  readonly duration: number | null;
  readonly matches: readonly {
    readonly catalogue: string;
    readonly assetId: string;
    readonly title: string;
    readonly referenceId: string;
    readonly clip: { readonly start: number; readonly end: number };
    readonly reference: { readonly start: number; readonly end: number };
    readonly modality: 'video' | 'audio' | 'both';
    readonly speed: number;
    readonly mirrored: boolean;
    readonly score: number;
    readonly expectedFalsePerDay: number;
    readonly words: { readonly confidence: string; readonly rarity: string };
  }[];
  readonly streams: readonly {
    readonly stream: { readonly id: string; readonly name: string; readonly url: string };
    readonly start: string;
    readonly end: string;
    readonly clip: { readonly start: number; readonly end: number };
    readonly modality: 'video' | 'audio' | 'both';
    readonly speed: number;
    readonly mirrored: boolean;
    readonly score: number;
    readonly expectedFalsePerDay: number;
    readonly words: { readonly confidence: string; readonly rarity: string };
  }[];
  readonly notes: readonly string[];
};

export type ReferenceJob = {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly progress: number;
  readonly catalogue: string;
  readonly assetId: string;
  readonly title: string | null;
  readonly source: string;
  readonly referenceId: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly notes: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type Review = {
  readonly verdict: 'confirmed' | 'rejected' | 'licensed' | 'second-opinion';
  readonly reason: string | null;
  readonly note: string | null;
  readonly by: { readonly id: string; readonly name: string };
  readonly at: string;
};

export type Session = {
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly tenant: string | null;
    readonly roles: readonly ('rights-holder' | 'probe' | 'analyst' | 'administrator')[];
  };
  readonly readOnly: boolean;
  readonly expiresAt: string | null;
};

export type Spectrogram = {
  readonly available: boolean;
  readonly reason: string | null;
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
  readonly words: { readonly start: number; readonly step: number; readonly words: readonly number[] } | null;
  readonly agreeing: readonly {
    readonly own: readonly (readonly number[])[];
    readonly other: readonly (readonly number[])[];
  }[];
};

export type Stream = {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly host: string | null;
  readonly probe: string | null;
  readonly state: 'live' | 'stalled' | 'gone' | 'unknown';
  readonly since: string | null;
  readonly reason: string;
  readonly lastSegmentAt: string | null;
  readonly bitRate: number | null;
  readonly lastError: { readonly at: string; readonly message: string } | null;
  readonly carries: readonly {
    readonly detectionId: string;
    readonly catalogue: string;
    readonly assetId: string;
    readonly title: string;
    readonly since: string;
    readonly score: number;
  }[];
  readonly hasFrame: boolean;
  readonly frameAt: string | null;
};

/** What operations take and give. */
export interface Operations {
  readonly createImport: {
    readonly params: undefined;
    readonly query: { readonly catalogue: string };
    readonly body: undefined;
    readonly answer: Import;
  };
  readonly createLookup: {
    readonly params: undefined;
    readonly query: { readonly name?: string | undefined };
    readonly body: { readonly url: string };
    readonly answer: Lookup;
  };
  readonly getAlignment: {
    readonly params: { readonly id: string };
    readonly query: { readonly from?: number | undefined; readonly to?: number | undefined };
    readonly body: undefined;
    readonly answer: Alignment;
  };
  readonly getAsset: {
    readonly params: { readonly catalogue: string; readonly asset: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Asset;
  };
  readonly getCaptureFacts: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: CaptureFacts;
  };
  readonly getDetection: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: DetectionDetail;
  };
  readonly getImport: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Import;
  };
  readonly getLookup: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Lookup;
  };
  readonly getReferenceJob: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: ReferenceJob;
  };
  readonly getSession: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Session;
  };
  readonly getSpectrogram: {
    readonly params: { readonly id: string; readonly side: 'stream' | 'reference' };
    readonly query: { readonly from?: number | undefined; readonly length?: number | undefined };
    readonly body: undefined;
    readonly answer: Spectrogram;
  };
  readonly getStream: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Stream;
  };
  readonly getTimeline: {
    readonly params: undefined;
    readonly query: {
      readonly since?: string | undefined;
      readonly until?: string | undefined;
      readonly streams?: readonly string[] | undefined;
      readonly asset?: string | undefined;
      readonly catalogue?: string | undefined;
      readonly limit?: number | undefined;
    };
    readonly body: undefined;
    readonly answer: {
      readonly since: string;
      readonly until: string;
      readonly streams: readonly { readonly id: string; readonly name: string }[];
      readonly assets: readonly { readonly catalogue: string; readonly id: string; readonly title: string }[];
      readonly bars: readonly (readonly [number, number, number, number, number, string, number])[];
      readonly more: boolean;
    };
  };
  readonly listAssets: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number | undefined;
      readonly cursor?: string | undefined;
      readonly catalogue?: string | undefined;
      readonly q?: string | undefined;
      readonly identifier?: string | undefined;
      readonly state?: 'no-reference' | 'processing' | 'ready' | 'failed' | undefined;
      readonly changedSince?: string | undefined;
      readonly changedUntil?: string | undefined;
      readonly sort?: 'id' | 'title' | '-title' | 'updatedAt' | '-updatedAt' | undefined;
    };
    readonly body: undefined;
    readonly answer: { readonly items: readonly Asset[]; readonly next: string | null };
  };
  readonly listCatalogues: {
    readonly params: undefined;
    readonly query: { readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly body: undefined;
    readonly answer: { readonly items: readonly Catalogue[]; readonly next: string | null };
  };
  readonly listFrames: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Frames;
  };
  readonly listImportRows: {
    readonly params: { readonly id: string };
    readonly query: {
      readonly limit?: number | undefined;
      readonly cursor?: string | undefined;
      readonly state?: 'running' | 'done' | 'failed' | undefined;
    };
    readonly body: undefined;
    readonly answer: { readonly items: readonly ImportRow[]; readonly next: string | null };
  };
  readonly listReviews: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: { readonly items: readonly Review[] };
  };
  readonly listStreams: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number | undefined;
      readonly cursor?: string | undefined;
      readonly state?: 'live' | 'stalled' | 'gone' | 'unknown' | undefined;
      readonly q?: string | undefined;
      readonly probe?: string | undefined;
      readonly host?: readonly string[] | undefined;
      readonly ip?: readonly string[] | undefined;
      readonly asn?: readonly number[] | undefined;
      readonly since?: string | undefined;
      readonly until?: string | undefined;
      readonly sort?: 'name' | '-name' | 'host' | '-host' | undefined;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Stream[];
      readonly next: string | null;
      readonly total: number;
      readonly states: {
        readonly live: number;
        readonly stalled: number;
        readonly gone: number;
        readonly unknown: number;
      };
    };
  };
  readonly reviewDetection: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: {
      readonly verdict: 'confirmed' | 'rejected' | 'licensed' | 'second-opinion';
      readonly reason?: string;
      readonly note?: string;
    };
    readonly answer: Review;
  };
  readonly searchDetections: {
    readonly params: undefined;
    readonly query: {
      readonly q?: string | undefined;
      readonly stream?: readonly string[] | undefined;
      readonly host?: readonly string[] | undefined;
      readonly ip?: readonly string[] | undefined;
      readonly asn?: readonly number[] | undefined;
      readonly asset?: readonly string[] | undefined;
      readonly catalogue?: readonly string[] | undefined;
      readonly since?: string | undefined;
      readonly until?: string | undefined;
      readonly minScore?: number | undefined;
      readonly maxScore?: number | undefined;
      readonly modality?: readonly ('video' | 'audio' | 'both')[] | undefined;
      readonly minDelay?: number | undefined;
      readonly maxDelay?: number | undefined;
      readonly state?: 'open' | 'closed' | undefined;
      readonly review?:
        | readonly ('none' | 'confirmed' | 'rejected' | 'licensed' | 'second-opinion')[]
        | undefined;
      readonly sort?: '-start' | 'start' | '-score' | 'score' | undefined;
      readonly facets?: string | undefined;
      readonly limit?: number | undefined;
      readonly cursor?: string | undefined;
    };
    readonly body: undefined;
    readonly answer: FoundDetections;
  };
  readonly searchEverything: {
    readonly params: undefined;
    readonly query: { readonly q: string; readonly limit?: number | undefined };
    readonly body: undefined;
    readonly answer: FoundEverything;
  };
  readonly signIn: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly key: string };
    readonly answer: Session;
  };
  readonly signOut: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: null;
  };
}

/** Where they are asked. */
export const ROUTES = {
  createImport: { method: 'POST', path: '/v1/imports' },
  createLookup: { method: 'POST', path: '/v1/lookups' },
  getAlignment: { method: 'GET', path: '/v1/detections/{id}/alignment' },
  getAsset: { method: 'GET', path: '/v1/catalogues/{catalogue}/assets/{asset}' },
  getCaptureFacts: { method: 'GET', path: '/v1/detections/{id}/facts' },
  getDetection: { method: 'GET', path: '/v1/detections/{id}' },
  getImport: { method: 'GET', path: '/v1/imports/{id}' },
  getLookup: { method: 'GET', path: '/v1/lookups/{id}' },
  getReferenceJob: { method: 'GET', path: '/v1/reference-jobs/{id}' },
  getSession: { method: 'GET', path: '/v1/session' },
  getSpectrogram: { method: 'GET', path: '/v1/detections/{id}/spectrogram/{side}' },
  getStream: { method: 'GET', path: '/v1/streams/{id}' },
  getTimeline: { method: 'GET', path: '/v1/timeline' },
  listAssets: { method: 'GET', path: '/v1/assets' },
  listCatalogues: { method: 'GET', path: '/v1/catalogues' },
  listFrames: { method: 'GET', path: '/v1/detections/{id}/frames' },
  listImportRows: { method: 'GET', path: '/v1/imports/{id}/rows' },
  listReviews: { method: 'GET', path: '/v1/detections/{id}/reviews' },
  listStreams: { method: 'GET', path: '/v1/streams' },
  reviewDetection: { method: 'POST', path: '/v1/detections/{id}/reviews' },
  searchDetections: { method: 'GET', path: '/v1/detections' },
  searchEverything: { method: 'GET', path: '/v1/search' },
  signIn: { method: 'POST', path: '/v1/session' },
  signOut: { method: 'DELETE', path: '/v1/session' },
} as const satisfies Readonly<Record<keyof Operations, { readonly method: string; readonly path: string }>>;
