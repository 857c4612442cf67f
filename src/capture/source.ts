import type { StreamId } from '../domain/ids.js';
import type { CaptureRun } from './capture.js';

/** Something that can be captured, before it has its id. */
export interface Source {
  readonly tvgId: string;
  readonly name: string;
  /** Without user and password. */
  readonly url: string;
  readonly run: (id: StreamId) => CaptureRun;
}

/** What one target of the operator gives. */
export interface Sources {
  readonly sources: readonly Source[];
  /** A list of channels, which may name others later. */
  readonly isList: boolean;
  /** What could not be used, one sentence each. */
  readonly notes: readonly string[];
}
