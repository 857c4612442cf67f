import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StreamprintError } from '../domain/errors.js';
import { type Address, describeUrl } from './address.js';
import type { Fetcher, FetchRequest, FetchResponse } from './fetcher.js';
import { tooLarge } from './http-body.js';
import { inputErrorOf } from './input-error.js';

/** Opens what a local playlist names: plain files beneath the playlist's folder, and whatever is not a file. */
export class FileFetcher implements Fetcher {
  constructor(
    /** Nothing outside this folder is opened. */
    private readonly root: string,
    private readonly others: Fetcher,
  ) {}

  async fetch<T>(
    address: Address,
    request: FetchRequest,
    use: (response: FetchResponse) => Promise<T>,
  ): Promise<T> {
    if (address.url.protocol !== 'file:') return this.others.fetch(address, request, use);
    const { path, size } = await this.locate(address);
    const first = request.range?.offset ?? 0;
    const length = request.range?.length ?? size;
    if (first + length > size)
      throw new StreamprintError('SP_INPUT_MISSING', `${path}: ends before byte ${first + length}`);
    if (length > request.maxBytes) throw tooLarge(path, request.maxBytes);
    const body = createReadStream(path, {
      start: first,
      end: Math.max(first, first + length - 1),
      signal: request.signal,
    });
    try {
      const source = { url: address.url.href, ip: null, status: null, headers: {}, redirects: [], tls: null };
      return await use({
        address,
        contentType: '',
        contentLength: length,
        source,
        body: readable(body, path),
      });
    } finally {
      body.on('error', () => undefined).destroy();
    }
  }

  private async locate(address: Address): Promise<{ path: string; size: number }> {
    const shown = describeUrl(address.url);
    let path: string;
    let root: string;
    try {
      root = await realpath(this.root);
      path = await realpath(fileURLToPath(address.url));
    } catch (cause) {
      throw new StreamprintError('SP_INPUT_MISSING', `${shown}: no such file`, { cause });
    }
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep))
      throw new StreamprintError('SP_FETCH_REFUSED', `${shown} lies outside the playlist's folder`);
    const found = await stat(path);
    if (!found.isFile()) throw new StreamprintError('SP_INPUT_MISSING', `${shown}: not a file`);
    return { path, size: found.size };
  }
}

async function* readable(body: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw inputErrorOf(error, path);
  }
}
