import { type FileHandle, open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { StreamprintError } from '../../domain/errors.js';
import { diskError } from '../../storage/disk-errors.js';
import { type BlobStore, isBlobKey, keyOfBlob, LASTING } from '../blobs.js';
import type { BlobPlace } from '../fields.js';
import { type Bytes, type StoredBytes, sizeOf } from '../record.js';
import { bytesOf, S3Client, type S3Options, textOf } from './s3-client.js';

/** Deletions on their way at once. */
const DELETIONS = 8;

/** Blobs in a bucket of an S3-compatible server. */
export class S3BlobStore implements BlobStore {
  readonly name = 's3';
  readonly #client: S3Client;

  /** @throws SP_USAGE */
  constructor(options: S3Options) {
    this.#client = new S3Client(options);
  }

  /** @throws SP_BUS_UNAVAILABLE */
  async put(body: Bytes, sha256: string, lasting = false): Promise<BlobPlace> {
    const key = keyOfBlob(sha256, lasting);
    const put = { bytes: body, length: sizeOf(body), sha256 };
    const stored = await this.#client.ask({ method: 'PUT', key, body: put }, async (answer) => {
      await textOf(answer);
      return true;
    });
    if (stored === null)
      throw new StreamprintError('SP_BUS_UNAVAILABLE', `The blob store ${this.#client.name} is not there.`);
    return { store: this.name, key };
  }

  /** @throws SP_NOT_FOUND @throws SP_BUS_UNAVAILABLE */
  async open(key: string): Promise<StoredBytes> {
    const bytes = isBlobKey(key)
      ? await this.#client.ask({ method: 'HEAD', key }, async (answer) => {
          answer.resume();
          return Number(answer.headers['content-length'] ?? 0);
        })
      : null;
    if (bytes === null) throw this.#notFound(key);
    return {
      bytes,
      read: () => this.#get(key, (answer) => bytesOf(answer, bytes)),
      saveTo: (file) => this.#save(key, file),
    };
  }

  /** @throws SP_BUS_UNAVAILABLE */
  async removeBefore(time: number): Promise<number> {
    let removed = 0;
    for (let next: string | null = ''; next !== null; ) {
      const page = await this.#list(next);
      const old = page.objects.filter(({ key, at }) => isBlobKey(key) && at < time).map(({ key }) => key);
      for (let i = 0; i < old.length; i += DELETIONS)
        await Promise.all(old.slice(i, i + DELETIONS).map((key) => this.#delete(key)));
      removed += old.length;
      next = page.next;
    }
    return removed;
  }

  /** What comes after a key, a thousand at most. Lasting ones come behind all others, and are left out. */
  async #list(after: string): Promise<{
    readonly objects: readonly { readonly key: string; readonly at: number }[];
    readonly next: string | null;
  }> {
    const { prefix } = this.#client;
    const query = { 'list-type': '2', prefix, ...(after && { 'start-after': prefix + after }) };
    const text = (await this.#client.ask({ method: 'GET', key: null, query }, textOf)) ?? '';
    const objects = [...text.matchAll(/<Contents>.*?<\/Contents>/gs)].map(([one]) => ({
      key: (/<Key>([^<]*)/.exec(one)?.[1] ?? '').slice(prefix.length),
      at: Date.parse(/<LastModified>([^<]*)/.exec(one)?.[1] ?? ''),
    }));
    const last = objects.at(-1)?.key;
    const goesOn = text.includes('<IsTruncated>true') && last !== undefined && last < LASTING;
    return { objects: objects.filter(({ key }) => !key.startsWith(LASTING)), next: goesOn ? last : null };
  }

  async #delete(key: string): Promise<void> {
    await this.#client.ask({ method: 'DELETE', key }, textOf);
  }

  async #get<T>(key: string, take: (answer: IncomingMessage) => Promise<T>): Promise<T> {
    const taken = await this.#client.ask({ method: 'GET', key }, take);
    if (taken === null) throw this.#notFound(key);
    return taken;
  }

  async #save(key: string, file: string): Promise<void> {
    const handle = await open(file, 'wx');
    try {
      await this.#get(key, (answer) => write(answer, handle, file));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  }

  #notFound(key: string): StreamprintError {
    return new StreamprintError('SP_NOT_FOUND', `There is no blob "${key}" in ${this.#client.name}.`);
  }
}

/** From its beginning, also when an answer before was cut off. @throws SP_DISK_FULL */
async function write(answer: IncomingMessage, handle: FileHandle, file: string): Promise<void> {
  await handle.truncate(0);
  let at = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    try {
      await handle.write(chunk, 0, chunk.length, at);
    } catch (error) {
      throw diskError(file, error);
    }
    at += chunk.length;
  }
}
