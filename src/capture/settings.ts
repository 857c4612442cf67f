import type { Address } from './address.js';
import type { Fetcher } from './fetcher.js';
import { DEFAULT_RETRY, type RetryPolicy } from './retry.js';

/** How patient a capture is. All in ms. */
export interface CaptureTiming {
  /** How long a source may fail before it counts as gone. */
  readonly giveUpAfter: number;
  /** No new segment for this long, or for three target durations if that is longer: the stream has stalled. */
  readonly stallAfter: number;
  /** For one segment, from the first connection to the last byte. */
  readonly segmentTimeout: number;
  readonly retry: RetryPolicy;
}

export const DEFAULT_TIMING: CaptureTiming = {
  giveUpAfter: 5 * 60_000,
  stallAfter: 12_000,
  segmentTimeout: 60_000,
  retry: DEFAULT_RETRY,
};

/** What all captures of one call share. */
export interface CaptureContext {
  readonly fetcher: Fetcher;
  /** The IP address behind an address, which may be connected to. @throws SP_FETCH_REFUSED, SP_HTTP */
  readonly locate: (address: Address) => Promise<string>;
  /** Folder that captured media is written to. */
  readonly spool: string;
  readonly timing: CaptureTiming;
  /** ms since 1970, for the times that are recorded. */
  readonly now: () => number;
  /** 0..1, for jitter. */
  readonly random: () => number;
}
