import type { BlobPlace } from './fields.js';
import type { Bytes, StoredBytes } from './record.js';

/** Where bodies lie that are too large for a message. Every process that sends or reads those must reach it. */
export interface BlobStore {
  /** As messages name it. */
  readonly name: string;
  /**
   * Stores bytes under their digest; storing the same bytes again changes nothing. Resolves when they are durable.
   * @param sha256 of the bytes, in hex
   * @param lasting it is kept for ever: a topic that keeps its messages names it
   * @throws SP_DISK_FULL
   */
  put(body: Bytes, sha256: string, lasting?: boolean): Promise<BlobPlace>;
  /** @throws SP_NOT_FOUND */
  open(key: string): Promise<StoredBytes>;
  /** Deletes what was stored before a moment (ms UTC) and is not lasting; returns the number of blobs. */
  removeBefore(time: number): Promise<number>;
}

/** First part of the keys of those that are lasting. */
export const LASTING = 'lasting/';
const KEY = /^(lasting\/)?[0-9a-f]{2}\/[0-9a-f]{64}$/;

export const keyOfBlob = (sha256: string, lasting: boolean): string =>
  `${lasting ? LASTING : ''}${sha256.slice(0, 2)}/${sha256}`;

/** A key comes from outside: nothing but digests of ours names a blob. */
export const isBlobKey = (key: string): boolean => KEY.test(key);
