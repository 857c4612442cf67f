import type { FastifyReply, FastifyRequest } from 'fastify';
import { invalid, ProblemError } from './problem.js';
import type { ApiServer } from './route.js';

/** The tag of one version of a thing. */
export const tagOf = (version: number | string): string => `"${version}"`;

const TAG = '(W/)?"[!#-~]{0,100}"';
/** `If-Match` has tags of one thing, or `*` for any. */
const TAGS = new RegExp(`^(\\*|${TAG}(, ?${TAG}){0,20})$`);
/** One such tag is what is written of them in the document. */
export const TAG_PATTERN = '^"[0-9a-zA-Z.-]{1,100}"$';

/** Routes that say `ifMatch` change one thing: whoever asks must say which version he knows. */
export function askForVersion(server: ApiServer): void {
  server.addHook('preValidation', async (request) => {
    const match = request.headers['if-match'];
    if (match !== undefined && !TAGS.test(match)) throw noTags(match);
    if (!request.routeOptions.config.ifMatch || match !== undefined) return;
    throw new ProblemError(
      'precondition-required',
      'Send the ETag that GET gave as `If-Match`, so that nobody undoes what another has done.',
    );
  });
}

const noTags = (text: string): ProblemError =>
  invalid('/If-Match', `If-Match has tags between quotes, as an ETag comes, not ${text.slice(0, 100)}.`);

/** 412 when the thing is no longer as the client knows it. `*` is any. */
export function mustMatch(request: FastifyRequest, tag: string): void {
  const known = tagsIn(request.headers['if-match'] ?? '');
  if (known.includes('*') || known.includes(tag)) return;
  throw staleError(tag);
}

/** Somebody changed it between `mustMatch` and the change. */
export const staleError = (tag: string): ProblemError =>
  new ProblemError('precondition-failed', `It is at ${tag} by now: read it again.`);

/**
 * Gives the tag with the answer; true = the client has this version, and there is nothing to be sent:
 * `if (isKnown(request, reply, tag)) return reply.code(304).send();`
 */
export function isKnown(request: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  reply.header('etag', tag);
  const known = tagsIn(request.headers['if-none-match'] ?? '').map((one) => one.replace(/^W\//, ''));
  return known.includes('*') || known.includes(tag);
}

const tagsIn = (header: string): string[] =>
  header
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);
