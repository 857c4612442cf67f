import Type from 'typebox';
import type { Resource } from './route.js';

export interface HealthOptions {
  /** What keeps the process from doing its work, one sentence each; empty = nothing. */
  readonly unready: () => readonly string[];
}

const Alive = Type.Object({ status: Type.Literal('ok') });
const Readiness = Type.Object({
  status: Type.Enum(['ready', 'not ready']),
  reasons: Type.Array(Type.String(), { description: 'What keeps it from doing its work' }),
});

/** `/healthz`: the process lives. `/readyz`: it does its work; 503 and the reasons when it cannot. */
export const healthRoutes: Resource<HealthOptions> = async (server, { unready }) => {
  const common = { tags: ['Operation'] };
  server.get(
    '/healthz',
    {
      config: { public: true },
      schema: { ...common, operationId: 'getHealth', summary: 'Whether it lives', response: { 200: Alive } },
    },
    async () => ({ status: 'ok' as const }),
  );
  server.get(
    '/readyz',
    {
      config: { public: true },
      schema: {
        ...common,
        operationId: 'getReadiness',
        summary: 'Whether it does its work',
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_, reply) => {
      const reasons = unready();
      if (reasons.length === 0) return { status: 'ready' as const, reasons };
      return reply.code(503).send({ status: 'not ready', reasons });
    },
  );
};
