import type { SourceFacts } from '../domain/source-facts.js';
import type { Address } from './address.js';

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface FetchRequest {
  readonly signal: AbortSignal;
  /** The most bytes of the body, decoded. */
  readonly maxBytes: number;
  /** For everything from the first connection to the last byte, ms. */
  readonly timeout: number;
  readonly range?: ByteRange;
  /** Only the beginning is wanted, if it is not what is looked for: a body may be announced as larger than `maxBytes`. */
  readonly looksOnly?: boolean;
}

export interface FetchResponse {
  /** Where the answer came from in the end; what it names is resolved against this. */
  readonly address: Address;
  /** Lower case; empty = not said. */
  readonly contentType: string;
  /** As announced, before decoding; null = not said. */
  readonly contentLength: number | null;
  readonly source: SourceFacts;
  /** Bounded and decoded; to be read inside `use`, once. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Anything that turns an address into bytes. */
export interface Fetcher {
  /** Fetches once and hands the answer to `use`; what `use` throws passes through. */
  fetch<T>(address: Address, request: FetchRequest, use: (response: FetchResponse) => Promise<T>): Promise<T>;
}

/** The whole body of an answer. */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
