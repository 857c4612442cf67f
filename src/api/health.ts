import type { FastifyPluginAsync } from 'fastify';

export interface HealthOptions {
  /** What keeps the process from doing its work, one sentence each; empty = nothing. */
  readonly unready: () => readonly string[];
}

/** `/healthz`: the process lives. `/readyz`: it does its work; 503 and the reasons when it cannot. */
export const healthRoutes: FastifyPluginAsync<HealthOptions> = async (server, { unready }) => {
  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async (_, reply) => {
    const reasons = unready();
    if (reasons.length === 0) return { status: 'ready', reasons };
    return reply.code(503).send({ status: 'not ready', reasons });
  });
};
