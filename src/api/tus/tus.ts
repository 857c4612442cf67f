import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Metadata, Server } from '@tus/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Uploads } from '../../rights/uploads.js';
import { type ProblemCode, ProblemError } from '../problem.js';
import { type UploadFacts, UploadStore } from './upload-store.js';

export const UPLOADS_PATH = '/v1/uploads';
export const OFFSET_STREAM = 'application/offset+octet-stream';
/** Of the answer that ends an upload: the job that registers the file. */
export const JOB_HEADER = 'streamprint-job';

export interface TusOptions {
  readonly uploads: Uploads;
  readonly folder: string;
  readonly maxBytes: number;
  readonly keepUnfinished: number;
}

/** The tus 1.0 protocol. What may be uploaded by whom is the routes' to say. */
export class Tus {
  readonly #server: Server;
  /** What a request that begins an upload says of it, checked. */
  readonly #facts = new WeakMap<object, UploadFacts>();

  constructor({ uploads, folder, maxBytes, keepUnfinished }: TusOptions) {
    this.#server = new Server({
      path: UPLOADS_PATH,
      relativeLocation: true,
      maxSize: maxBytes,
      datastore: new UploadStore(folder, uploads, keepUnfinished),
      namingFunction: () => randomUUID(),
      onUploadCreate: async (request) => ({ metadata: { facts: JSON.stringify(this.#facts.get(request)) } }),
      onUploadFinish: async (_, { id }) => {
        const job = await uploads.finish(id);
        return job ? { headers: { [JOB_HEADER]: job.id } } : {};
      },
      // Expected failures have a status; others are said to be what they are, in the log.
      onResponseError: (_, error) => {
        if (error instanceof Error) throw error;
        return undefined;
      },
    });
  }

  /** Answers a request. @param facts of the upload that it begins @throws ProblemError */
  async answer(request: FastifyRequest, reply: FastifyReply, facts?: UploadFacts): Promise<FastifyReply> {
    const { method, headers, url, raw } = request;
    const hasBody = headers['content-type'] === OFFSET_STREAM && (method === 'POST' || method === 'PATCH');
    const asked = new Request(new URL(url, 'http://localhost'), {
      method,
      headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' && FORWARDED.has(name) ? [[name, value]] : [],
      ),
      ...(hasBody && { body: Readable.toWeb(raw) as ReadableStream, duplex: 'half' }),
    } as RequestInit);
    if (facts) this.#facts.set(asked, facts);
    const answer = await this.#server.handleWeb(asked);
    for (const [name, value] of answer.headers)
      if (!name.startsWith('access-control-') && name !== 'content-length') reply.header(name, value);
    if (answer.status >= 400) throw problemOf(answer.status, await answer.text());
    return reply.code(answer.status).send();
  }
}

/** What the protocol reads; all else a request says is none of its business. */
const FORWARDED: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'tus-resumable',
  'upload-length',
  'upload-offset',
  'upload-metadata',
  'upload-defer-length',
  'upload-concat',
]);

/** What `Upload-Metadata` says; null = it cannot be read. */
export function metadataOf(header: string): Readonly<Record<string, string | null>> | null {
  try {
    return Metadata.parse(header);
  } catch {
    return null;
  }
}

const CODES: Readonly<Record<number, ProblemCode>> = {
  400: 'invalid-request',
  403: 'invalid-request',
  404: 'not-found',
  409: 'conflict',
  410: 'not-found',
  412: 'precondition-failed',
  413: 'too-large',
  415: 'unsupported-media-type',
  423: 'conflict',
};

function problemOf(status: number, text: string): ProblemError {
  const said = text.trim() || 'The upload cannot go on.';
  const code = CODES[status] ?? 'unavailable';
  return new ProblemError(code, said, code === 'unavailable' ? { retryAfter: 5 } : {});
}
