import { ProblemError } from './problem.js';
import type { ApiServer } from './route.js';

/** Objects and lists within each other. */
const MAX_DEPTH = 32;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** JSON is the one kind of body that all routes take: UTF-8, not too deep, and no attempt on prototypes. */
export function takeJson(server: ApiServer): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = textOf(body as Buffer);
    if (text instanceof ProblemError) return done(text);
    if (text === '') return done(null, undefined);
    return parse(request, text, done);
  });
}

function textOf(body: Buffer): string | ProblemError {
  if (depthOf(body) > MAX_DEPTH)
    return new ProblemError('invalid-request', `The body is nested deeper than ${MAX_DEPTH} levels.`, {
      pointer: '',
    });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    return new ProblemError('invalid-request', 'The body is not UTF-8.', { pointer: '', cause });
  }
}

function depthOf(body: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i]!;
    if (isText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) isText = true;
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return deepest;
}
