import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KnownRoute } from './openapi/operation.js';
import { notFound, ProblemError, sendProblem } from './problem.js';
import type { ApiServer } from './route.js';

/** What can be done with what a path names. */
export class Ways {
  readonly #patterns = new Map<string, RegExp>();

  /** @param routes those that there are, as they come */
  constructor(private readonly routes: readonly KnownRoute[]) {}

  /** Methods, for `Allow`; empty = there is no such thing. */
  at(path: string): string {
    const fitting = this.routes.filter(({ url }) => this.#pattern(url).test(path));
    const exact = fitting.filter(({ url }) => url === path);
    const methods = new Set((exact.length > 0 ? exact : fitting).map(({ method }) => method));
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods].sort().join(', ');
  }

  #pattern(url: string): RegExp {
    const pattern = this.#patterns.get(url) ?? patternOf(url);
    this.#patterns.set(url, pattern);
    return pattern;
  }
}

/**
 * Answers what no route does: 405 and what can be done with it, where there is such a thing, else 404. It is answered
 * before anything else of the request is looked at.
 */
export function answerNoWay(server: ApiServer, ways: Ways): void {
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = pathOf(request.url);
    const allow = ways.at(path);
    if (allow === '') return sendProblem(reply, notFound(`way ${request.method} ${path.slice(0, 200)}`));
    return sendProblem(reply.header('allow', allow), cannotBeDone(request.method, path));
  };
  server.setNotFoundHandler(answer);
  server.addHook('onRequest', async (request, reply) => {
    if (request.is404) return answer(request, reply);
  });
}

export const cannotBeDone = (method: string, path: string): ProblemError =>
  new ProblemError('method-not-allowed', `${method} cannot be done with ${path.slice(0, 200)}.`);

export const pathOf = (url: string): string => (url.split('?')[0] ?? '').slice(0, 1000);

/** `/v1/users/:user` → what has one part, not empty, there. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}$`);
}
