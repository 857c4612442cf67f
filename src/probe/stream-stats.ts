import type { StreamState } from '../domain/match.js';

/** What a probe counts of one stream since it started. */
export interface StreamStats {
  readonly id: string;
  /** null = nothing was captured yet. */
  readonly state: StreamState | null;
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
}

export const NO_STATS: Omit<StreamStats, 'id'> = {
  state: null,
  segments: 0,
  bytes: 0,
  seconds: 0,
  lostBySource: 0,
  lostByProbe: 0,
  restarts: 0,
  featureBytes: 0,
  featureSeconds: 0,
};
