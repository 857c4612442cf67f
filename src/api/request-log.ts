import type { ApiServer } from './route.js';

/** What is told of a request that was answered: nothing that a client made up but the method. */
export interface Answered {
  readonly method: string;
  /** As it was registered: `/v1/users/:user`. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  /** Who asked; null = nobody that is known. */
  readonly user: string | null;
  readonly key: string | null;
}

/** Tells of each request, once it was answered. */
export function tellRequests(server: ApiServer, onAnswer: (answered: Answered) => void): void {
  server.addHook('onResponse', async (request, reply) => {
    onAnswer({
      method: request.method,
      route: request.routeOptions.url ?? '?',
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
      user: request.principal?.user.id ?? null,
      key: request.principal?.keyId ?? null,
    });
  });
}
