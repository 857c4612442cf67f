import { StreamprintError } from '../../domain/errors.js';
import { type UtcMillis, utcMillis } from '../../domain/ids.js';
import type { SourceFacts } from '../../domain/source-facts.js';
import { type Address, describeUrl, resolveAddress } from '../address.js';
import { collect, type Fetcher } from '../fetcher.js';
import { sniff } from '../sniff.js';
import type { Spool, SpooledFile } from '../spool.js';
import { KeyStore } from './keys.js';
import type { InitSection, MediaSegment } from './playlist-types.js';

export const MAX_SEGMENT_BYTES = 64 * 2 ** 20;
const MAX_INIT_BYTES = 4 * 2 ** 20;

export interface FetchedSegment extends SpooledFile {
  readonly url: URL;
  readonly firstByteAt: UtcMillis;
  readonly lastByteAt: UtcMillis;
  readonly source: SourceFacts;
}

/** Turns what a media playlist names into files that a decoder can open by themselves. */
export class SegmentFetcher {
  private readonly keys: KeyStore;
  private init: { readonly name: string; readonly bytes: Buffer } | null = null;

  constructor(
    private readonly fetcher: Fetcher,
    private readonly spool: Spool,
    private readonly now: () => number,
    /** For one segment, from the first connection to the last byte, ms. */
    private readonly timeout: number,
  ) {
    this.keys = new KeyStore(fetcher);
  }

  /** Fetches once, decrypts, puts the init section in front. Throws what goes wrong on the way. */
  async fetch(segment: MediaSegment, playlist: Address, signal: AbortSignal): Promise<FetchedSegment> {
    const address = resolveAddress(playlist, segment.uri);
    const init = segment.map === null ? null : await this.initSection(segment.map, segment, playlist, signal);
    const request = {
      signal,
      maxBytes: MAX_SEGMENT_BYTES,
      timeout: this.timeout,
      ...(segment.range === null ? {} : { range: segment.range }),
    };
    return this.fetcher.fetch(address, request, async ({ body, contentType, source }) => {
      let firstByteAt: number | null = null;
      const timed = tap(body, () => {
        firstByteAt ??= this.now();
      });
      const plain = await this.keys.decrypt(timed, segment.key, segment.sequence, playlist, signal);
      const media = onlyMedia(plain, contentType, describeUrl(address.url));
      const file = await this.spool.write(extensionOf(address.url, init !== null), withInit(init, media));
      const lastByteAt = utcMillis(this.now());
      return {
        ...file,
        url: address.url,
        source,
        firstByteAt: utcMillis(firstByteAt ?? lastByteAt),
        lastByteAt,
      };
    });
  }

  private async initSection(
    map: InitSection,
    segment: MediaSegment,
    playlist: Address,
    signal: AbortSignal,
  ): Promise<Buffer> {
    const address = resolveAddress(playlist, map.uri);
    const name = `${address.url.href} ${map.range?.offset ?? ''} ${map.range?.length ?? ''}`;
    if (this.init?.name === name) return this.init.bytes;
    const range = map.range === null ? {} : { range: map.range };
    const request = { signal, maxBytes: MAX_INIT_BYTES, timeout: this.timeout, ...range };
    const bytes = await this.fetcher.fetch(address, request, async ({ body }) =>
      collect(await this.keys.decrypt(body, map.key, segment.sequence, playlist, signal)),
    );
    this.init = { name, bytes };
    return bytes;
  }
}

async function* tap(body: AsyncIterable<Uint8Array>, onChunk: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    onChunk();
    yield chunk;
  }
}

/** Refuses web pages and playlists in the place of media, as servers send them for what they no longer have. */
async function* onlyMedia(
  body: AsyncIterable<Uint8Array>,
  contentType: string,
  shown: string,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    if (chunk.byteLength === 0) continue;
    const kind = bytes === 0 ? sniff(chunk, contentType) : 'binary';
    if (kind === 'page' || kind === 'playlist')
      throw new StreamprintError(
        'SP_INPUT_NOT_MEDIA',
        `${shown} is a ${kind === 'page' ? 'web page' : 'playlist'}, not media`,
      );
    bytes += chunk.byteLength;
    yield chunk;
  }
  if (bytes === 0) throw new StreamprintError('SP_INPUT_EMPTY', `${shown}: no bytes`);
}

async function* withInit(init: Buffer | null, media: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // The first piece of media comes first, so that nothing is written for a segment that is not there.
  let pending = init;
  for await (const chunk of media) {
    if (pending !== null) yield pending;
    pending = null;
    yield chunk;
  }
}

/** Decoders look at the bytes; the name only helps people. */
function extensionOf(url: URL, hasInit: boolean): string {
  const found = /\.([a-z0-9]{1,5})$/i.exec(url.pathname)?.[1]?.toLowerCase();
  return hasInit ? 'mp4' : (found ?? 'ts');
}
