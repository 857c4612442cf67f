import { bareAsset, type StatedAsset } from '../domain/catalogue.js';
import { type AssetId, type StreamId, streamId } from '../domain/ids.js';

/** A rights holder's own channel, which is captured all the time. */
export interface LiveReference {
  readonly catalogue: string;
  readonly assetId: AssetId;
  readonly title: string;
  /** Where it is captured. */
  readonly url: string;
  /** What is older leaves the index. */
  readonly days: number;
  /** Who captures it: `live-reference run`, which may go anywhere, or the service, from outside this network only. */
  readonly capturedBy: 'command' | 'service';
  readonly isPaused: boolean;
}

/** How long a live reference is kept, unless it is said otherwise. */
export const DEFAULT_LIVE_DAYS = 7;

/** The id of its capture. */
export const captureIdOf = ({ catalogue, assetId: asset }: LiveReference): StreamId =>
  streamId(`${catalogue}/${asset}`);

export function assetOfLive({ catalogue, assetId: id, title }: LiveReference): StatedAsset {
  return bareAsset(catalogue, id, title);
}
