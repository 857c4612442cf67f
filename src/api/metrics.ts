import type { FastifyPluginAsync } from 'fastify';

/** `/metrics` in Prometheus' text format. */
export const metricsRoute: FastifyPluginAsync<{ readonly metrics: () => string }> = async (
  server,
  { metrics },
) => {
  server.get('/metrics', async (_, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics()),
  );
};
