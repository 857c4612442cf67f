import type { UtcMillis } from '../domain/ids.js';
import type { Topic } from './topics.js';

/** Names in lower case; values are UTF-8. */
export type Headers = Readonly<Record<string, string>>;

/** Type and version of the message: `segment/1`. */
export const TYPE_HEADER = 'streamprint-type';
/** Content of a message with a body, as JSON; of the others the content is the value. */
export const CONTENT_HEADER = 'streamprint-content';
/** What went wrong, as JSON: on dead letters only. */
export const LETTER_HEADER = 'streamprint-dead-letter';
/** Id of the dead letter that this message was: on those that came back. */
export const REPLAYED_HEADER = 'streamprint-replayed';

/** Bytes in memory, or a whole file that stays its owner's and is not changed while it is being sent. */
export type Bytes = Uint8Array | { readonly file: string; readonly bytes: number };

export const sizeOf = (bytes: Bytes): number => ('file' in bytes ? bytes.bytes : bytes.length);

/** What an engine carries. */
export interface OutRecord {
  readonly topic: Topic;
  readonly key: string;
  readonly headers: Headers;
  /** null = takes away what a compacted topic has of this key. */
  readonly value: Bytes | null;
}

/** Where a record lies. Within a partition offsets only grow; all records of a key lie in one partition. */
export interface Position {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
}

export interface InRecord {
  readonly position: Position;
  /** null = it has none. */
  readonly key: string | null;
  readonly headers: Headers;
  /** null = it takes away its key. */
  readonly value: StoredBytes | null;
  /** When the engine took it. */
  readonly at: UtcMillis;
}

/** Bytes that are fetched when they are wanted. */
export interface StoredBytes {
  readonly bytes: number;
  read(): Promise<Uint8Array>;
  /** Writes them to a new file. */
  saveTo(file: string): Promise<void>;
}

/** Bytes of a record without its value, about what they take on the wire. */
export function overheadOf(key: string, headers: Headers): number {
  let bytes = 100 + Buffer.byteLength(key);
  for (const [name, value] of Object.entries(headers))
    bytes += 8 + Buffer.byteLength(name) + Buffer.byteLength(value);
  return bytes;
}

export const nameOf = ({ topic, partition, offset }: Position): string => `${topic}/${partition}/${offset}`;
