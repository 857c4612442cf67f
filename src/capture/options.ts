import type { HttpOptions } from './http.js';
import type { CaptureTiming } from './settings.js';

export interface CaptureOptions {
  /** Folder that captured media is written to; made when it is missing. */
  readonly spool: string;
  /** Somebody else than the operator named the targets: addresses of http: and https: outside this network only. */
  readonly isPublic?: boolean;
  /** Ends every capture. */
  readonly signal: AbortSignal;
  /** ms since 1970, for the times that are recorded. */
  readonly now?: () => number;
  /** 0..1, for the jitter of retries. */
  readonly random?: () => number;
  /** Sent with every request to what the operator named. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long a source may fail before it counts as gone, ms; 5 minutes by default. */
  readonly giveUpAfter?: number;
  /** The other times. */
  readonly timing?: Partial<CaptureTiming>;
  readonly http?: HttpOptions;
  /** The one path among the targets that is a list which may name no channels for now. */
  readonly mayBeEmpty?: string;
}
