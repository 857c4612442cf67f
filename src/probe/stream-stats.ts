import type { StreamState } from '../domain/match.js';

/** What a probe counts of streams since it started. */
export interface StreamCounts {
  readonly segments: number;
  /** Of the media, bytes. */
  readonly bytes: number;
  /** As announced, s. */
  readonly seconds: number;
  readonly lostBySource: number;
  readonly lostByProbe: number;
  /** Captures begun anew after the stream was gone. */
  readonly restarts: number;
  /** Of what was sent in place of the media at the edge, bytes. */
  readonly featureBytes: number;
  /** Of the media that it stands for, as decoded, s. */
  readonly featureSeconds: number;
  /** Segments of which fewer pictures were taken, because others waited to be decoded. */
  readonly hastened: number;
}

/** What a probe knows of one stream. */
export interface StreamStats extends StreamCounts {
  readonly id: string;
  /** null = nothing was captured yet. */
  readonly state: StreamState | null;
}

/** Counts of several streams together. */
export function sumOf(counts: readonly StreamCounts[]): StreamCounts {
  const sum = { ...NO_COUNTS };
  for (const one of counts)
    for (const name of Object.keys(NO_COUNTS) as (keyof StreamCounts)[]) sum[name] += one[name];
  return sum;
}

const NO_COUNTS = {
  segments: 0,
  bytes: 0,
  seconds: 0,
  lostBySource: 0,
  lostByProbe: 0,
  restarts: 0,
  featureBytes: 0,
  featureSeconds: 0,
  hastened: 0,
};

export const NO_STATS: Omit<StreamStats, 'id'> = { state: null, ...NO_COUNTS };
