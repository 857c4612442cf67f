import type { Capture } from '../domain/segment.js';
import type { CaptureOptions } from './options.js';
import { type TargetError, Targets } from './targets.js';

export { describeUrl, operatorAddress, publicAddress, withoutSecrets } from './address.js';
export { type InternalCheck, isInternalAddress, sparing } from './guard.js';
export { HttpClient, type HttpOptions } from './http.js';
export {
  checkPublicUrl,
  type FetchedMedia,
  type FetchMediaOptions,
  fetchMedia,
  fetchPublicMedia,
} from './media-download.js';
export type { CaptureOptions } from './options.js';
export { type OpenedStream, type OpenedStreams, type TargetError, Targets } from './targets.js';

export interface OpenedSources {
  /** In the order of the targets; each starts when its events are read. */
  readonly captures: readonly Capture[];
  /** Targets that cannot be captured. */
  readonly errors: readonly TargetError[];
  /** Lines of channel lists that could not be used, and the like. */
  readonly notes: readonly string[];
}

/** One capture for each stream of what the operator names: see Targets. */
export async function openSources(
  targets: readonly string[],
  options: CaptureOptions,
): Promise<OpenedSources> {
  const { streams, errors, notes } = await new Targets(targets, options).open();
  return { captures: streams.map((stream) => stream.capture()), errors, notes };
}
