import { Media, type Resource } from './route.js';

export interface MetricsOptions {
  /** In Prometheus' text format. */
  readonly metrics: () => string;
  /** Whether nobody but this machine can ask: then no key is asked for. */
  readonly isLocal: boolean;
}

/** `/metrics` in Prometheus' text format. */
export const metricsRoute: Resource<MetricsOptions> = async (server, { metrics, isLocal }) => {
  server.get(
    '/metrics',
    {
      config: isLocal ? { public: true } : { roles: ['administrator'] },
      schema: {
        tags: ['Operation'],
        operationId: 'getMetrics',
        summary: "Figures, in Prometheus' text format",
        response: { 200: Media('text/plain') },
      },
    },
    async (_, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(Buffer.from(metrics())),
  );
};
