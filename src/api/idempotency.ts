import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../access/access.js';
import type { RequestName } from '../access/answers.js';
import { canonicalJson } from '../access/canonical-json.js';
import { principalOf } from './authenticate.js';
import { invalid, ProblemError } from './problem.js';
import type { ApiServer } from './route.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What this request is called, where its answer is to be kept. */
    idempotent: RequestName | null;
  }
}

const KEY = /^[\x21-\x7e]{1,255}$/;
/** Headers that belong to what was made. */
const KEPT = ['content-type', 'location', 'etag'];

/** On routes that make something: the same request under the same `Idempotency-Key` gets the same answer again. */
export function answerOnce(server: ApiServer, { answers }: Access): void {
  server.decorateRequest('idempotent', null);
  server.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (!request.routeOptions.config.creates || key === undefined) return;
    if (typeof key !== 'string' || !KEY.test(key))
      throw invalid('/Idempotency-Key', 'Idempotency-Key must be 1 to 255 visible characters of ASCII.');
    const name = { keyId: principalOf(request).keyId, idempotencyKey: key };
    const known = answers.begin(name, digestOf(request));
    switch (known.is) {
      case 'new':
        request.idempotent = name;
        return;
      case 'other':
        throw new ProblemError('idempotency-mismatch', `Another request came with Idempotency-Key ${key}.`);
      case 'under-way':
        throw new ProblemError('conflict', `The request with Idempotency-Key ${key} is being worked on.`, {
          retryAfter: 1,
        });
      case 'cut-short':
        throw new ProblemError(
          'conflict',
          `The request with Idempotency-Key ${key} was cut short: look whether it was done, and use another key.`,
        );
      case 'answered': {
        const { status, headers, body } = known.answer;
        return reply
          .code(status)
          .headers({ ...headers, 'idempotency-replayed': 'true' })
          .send(Buffer.from(body));
      }
    }
  });
  server.addHook('onSend', async (request, reply, payload) => {
    const name = request.idempotent;
    if (name === null) return payload;
    request.idempotent = null;
    const isMade = reply.statusCode < 300 && (typeof payload === 'string' || payload instanceof Uint8Array);
    answers.end(
      name,
      isMade ? { status: reply.statusCode, headers: keptOf(reply), body: bytesOf(payload) } : null,
    );
    return payload;
  });
  // A client that goes away early leaves nothing under way.
  server.addHook('onResponse', async (request) => {
    if (request.idempotent) answers.end(request.idempotent, null);
  });
}

function digestOf({ method, url, body }: FastifyRequest): Uint8Array {
  const hash = createHash('sha256').update(`${method} ${url}\n`);
  if (body instanceof Uint8Array) hash.update(body);
  else hash.update(canonicalJson(body ?? null));
  return new Uint8Array(hash.digest());
}

function keptOf(reply: FastifyReply): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = reply.getHeader(name);
    if (typeof value === 'string') kept[name] = value;
  }
  return kept;
}

const bytesOf = (payload: unknown): Uint8Array =>
  typeof payload === 'string' ? new TextEncoder().encode(payload) : (payload as Uint8Array);
