/** The messages between the service and the process that holds the decoding pool, and on to its threads. */
import type { Seconds } from '../fingerprints/units.js';
import type { DecoderName, Task, TaskError, TaskResult } from './protocol.js';

export interface PoolJob {
  readonly id: number;
  /** null = just say which decoder is there. */
  readonly task: Task | null;
}

export type PoolReply =
  | { readonly id: number; readonly result: TaskResult }
  | { readonly id: number; readonly error: TaskError }
  /** A fault of the program, with its stack. */
  | { readonly id: number; readonly fault: string }
  | { readonly id: number; readonly hello: DecoderName };

export interface Progress {
  readonly progressOf: number;
  readonly time: Seconds;
  /** About how long it all is; null = not known. */
  readonly total: Seconds | null;
}

/** The process says why it ends itself. */
export interface LastWords {
  readonly dying: string;
}

export type HostMessage = PoolReply | Progress | LastWords;

/** Passed to the process as its only argument, as JSON. */
export interface HostOptions {
  readonly threads: number;
  /** The process ends itself when it holds more. */
  readonly maxRssBytes: number;
  /** By how much all others go first, 0 to 19, as `nice` counts. */
  readonly niceness: number;
}

/** What `workers/status.ts` says of a decoder. */
export interface DecoderStatus {
  readonly name: DecoderName;
  readonly available: boolean;
  readonly version: string | null;
  /** What the build's own configuration makes it: GPL or LGPL. */
  readonly licence: string | null;
  /** Why it is not available, or what else to know. */
  readonly note: string | null;
}
