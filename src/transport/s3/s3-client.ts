import { createReadStream } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import aws4 from 'aws4';
import { messageOf, StreamprintError } from '../../domain/errors.js';
import { pause } from '../../domain/pause.js';
import type { Bytes } from '../record.js';

/** A connection on which nothing moves for so long is given up. A server is silent while it digests a large body. */
const SILENCE_MS = 60_000;
const ATTEMPTS = 4;
const RETRY_MS = 300;
/** Answers that are read whole: lists, and what a server says of an error. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export interface S3Options {
  /** `https://HOST/BUCKET/PREFIX`: the bucket is the first part of the path. */
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Question {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Of the object, behind the prefix; null = the bucket. */
  readonly key: string | null;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly bytes: Bytes; readonly length: number; readonly sha256: string };
}

/** Asks an S3-compatible server, path-style, signed (Signature Version 4), with the digest of what is sent. */
export class S3Client {
  readonly #url: URL;
  readonly #bucket: string;
  readonly prefix: string;
  readonly #agent: http.Agent;

  /** @throws SP_USAGE for an address without a bucket */
  constructor(private readonly options: S3Options) {
    this.#url = new URL(options.url);
    const [bucket, ...prefix] = this.#url.pathname.split('/').filter(Boolean);
    if (bucket === undefined)
      throw new StreamprintError('SP_USAGE', `The blob store ${this.name} names no bucket: HOST/BUCKET.`);
    this.#bucket = bucket;
    this.prefix = prefix.map((part) => `${part}/`).join('');
    const isSecure = this.#url.protocol === 'https:';
    this.#agent = new (isSecure ? https : http).Agent({ keepAlive: true, maxSockets: 16 });
  }

  /** The address as messages show it. */
  get name(): string {
    return `${this.#url.protocol}//${this.#url.host}${this.#url.pathname}`;
  }

  /**
   * Hands the answer to `take`, which reads all of it; asks again where the server or the way to it fails.
   * @returns null where there is no such object
   * @throws SP_BUS_UNAVAILABLE when it does not answer, or refuses
   */
  async ask<T>(question: Question, take: (answer: http.IncomingMessage) => Promise<T>): Promise<T | null> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(question, take);
      } catch (error) {
        const isFinal = error instanceof StreamprintError;
        if (isFinal || attempt === ATTEMPTS) throw isFinal ? error : this.#failed(messageOf(error), error);
        await pause(RETRY_MS * 2 ** attempt * (0.5 + Math.random()));
      }
    }
  }

  async #once<T>(question: Question, take: (answer: http.IncomingMessage) => Promise<T>): Promise<T | null> {
    const request = this.#request(question);
    const answering = new Promise<http.IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
      request.setTimeout(SILENCE_MS, () =>
        request.destroy(new Error(`nothing came for ${SILENCE_MS / 1000} s`)),
      );
    });
    answering.catch(() => undefined);
    const bytes = question.body?.bytes;
    if (bytes && 'file' in bytes) {
      // A server may refuse before all was sent: what it says counts then.
      const sending = pipeline(createReadStream(bytes.file), request);
      sending.catch(() => undefined);
      await Promise.race([sending, answering]);
    } else request.end(bytes);
    const answer = await answering;
    const { statusCode = 0 } = answer;
    if (statusCode < 300) return take(answer);
    const text = await textOf(answer);
    if (statusCode === 404 && !text.includes('NoSuchBucket')) return null;
    const said =
      `${statusCode} ${/<Code>([^<]{1,100})/.exec(text)?.[1] ?? answer.statusMessage ?? ''}`.trim();
    if (statusCode >= 500 || statusCode === 429) throw new Error(said);
    throw this.#failed(said);
  }

  #request({ method, key, query, body }: Question): http.ClientRequest {
    const { region, accessKeyId, secretAccessKey } = this.options;
    const search = query ? `?${new URLSearchParams(query)}` : '';
    const object = key === null ? '' : `/${this.prefix}${key}`;
    const signed = aws4.sign(
      {
        service: 's3',
        region,
        method,
        host: this.#url.host,
        path: `/${this.#bucket}${object}${search}`,
        headers: {
          'x-amz-content-sha256': body?.sha256 ?? EMPTY_SHA256,
          ...(body && { 'content-length': body.length, 'content-type': 'application/octet-stream' }),
        },
      },
      { accessKeyId, secretAccessKey },
    );
    const isSecure = this.#url.protocol === 'https:';
    return (isSecure ? https : http).request({
      method,
      host: this.#url.hostname,
      port: this.#url.port || (isSecure ? 443 : 80),
      path: signed.path,
      headers: signed.headers,
      agent: this.#agent,
    });
  }

  #failed(reason: string, cause?: unknown): StreamprintError {
    const message = `The blob store ${this.name} cannot be used: ${reason}.`;
    return new StreamprintError('SP_BUS_UNAVAILABLE', message, { cause });
  }
}

/** All of an answer, as far as it is no longer than text is. */
export async function textOf(answer: http.IncomingMessage): Promise<string> {
  return (await bytesOf(answer, MAX_TEXT_BYTES)).toString('utf8');
}

/** @throws Error when there is more */
export async function bytesOf(answer: http.IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) throw new Error(`it answers with more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
