import { createDecipheriv } from 'node:crypto';
import { StreamprintError } from '../../domain/errors.js';
import { type Address, describeUrl, resolveAddress } from '../address.js';
import { collect, type Fetcher } from '../fetcher.js';
import type { SegmentKey } from './playlist-types.js';

const KEY_BYTES = 16;
const KEY_TIMEOUT = 15_000;
const MAX_KEYS = 16;

/** Fetches keys, each once: live streams change theirs now and then. */
export class KeyStore {
  private readonly keys = new Map<string, Buffer>();

  constructor(private readonly fetcher: Fetcher) {}

  /**
   * Undoes AES-128 (RFC 8216, section 4.3.2.4). The key's address is relative to the playlist; without an
   * initialisation vector the media sequence number is it. Throws SP_INPUT_NOT_MEDIA when the key does not fit.
   */
  async decrypt(
    body: AsyncIterable<Uint8Array>,
    key: SegmentKey | null,
    sequence: number,
    playlist: Address,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    if (key === null) return body;
    if (key.method === 'unsupported') throw new StreamprintError('SP_INPUT_NOT_MEDIA', key.reason);
    const address = resolveAddress(playlist, key.uri);
    const secret = await this.get(address, signal);
    return decrypted(body, secret, key.iv ?? sequenceVector(sequence), describeUrl(address.url));
  }

  private async get(address: Address, signal: AbortSignal): Promise<Buffer> {
    const name = address.url.href;
    const known = this.keys.get(name);
    if (known !== undefined) return known;
    const request = { signal, maxBytes: 1024, timeout: KEY_TIMEOUT };
    const key = await this.fetcher.fetch(address, request, ({ body }) => collect(body));
    if (key.byteLength !== KEY_BYTES)
      throw new StreamprintError(
        'SP_PLAYLIST',
        `${describeUrl(address.url)}: a key of ${key.byteLength} bytes instead of ${KEY_BYTES}`,
      );
    const [oldest] = this.keys.keys();
    if (this.keys.size >= MAX_KEYS && oldest !== undefined) this.keys.delete(oldest);
    this.keys.set(name, key);
    return key;
  }
}

async function* decrypted(
  body: AsyncIterable<Uint8Array>,
  key: Buffer,
  iv: Buffer,
  shown: string,
): AsyncGenerator<Uint8Array> {
  const decipher = createDecipheriv('aes-128-cbc', key, iv);
  for await (const chunk of body) yield decipher.update(chunk);
  let rest: Buffer;
  try {
    rest = decipher.final();
  } catch (cause) {
    throw new StreamprintError('SP_INPUT_NOT_MEDIA', `cannot be decrypted with the key ${shown}`, { cause });
  }
  yield rest;
}

function sequenceVector(sequence: number): Buffer {
  const vector = Buffer.alloc(16);
  vector.writeBigUInt64BE(BigInt(sequence), 8);
  return vector;
}
