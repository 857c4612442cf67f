import Type from 'typebox';
import { orNull, type Resource } from './route.js';

/** Something that the process cannot work without. */
interface EngineState {
  readonly name: string;
  readonly kind: string;
  readonly state: 'up' | 'away';
  /** What is wrong, as a sentence; null = nothing. */
  readonly reason: string | null;
}

export interface HealthOptions {
  /** How the engines are, as far as is known. */
  readonly engines: () => readonly EngineState[];
}

const Alive = Type.Object({ status: Type.Literal('ok') });
const Readiness = Type.Object({
  status: Type.Enum(['ready', 'not ready']),
  reasons: Type.Array(Type.String(), { description: 'What keeps it from doing its work' }),
  engines: Type.Array(
    Type.Object({
      name: Type.String({ description: '`bus`, `index`, `decoder`, `detections`' }),
      kind: Type.String({ description: '`embedded`, `Kafka`, `Elasticsearch`, `libav`, `ffmpeg`' }),
      state: Type.Enum(['up', 'away']),
      reason: orNull(Type.String()),
    }),
    { description: 'One by one, as they were some seconds ago' },
  ),
});

/** Where a word alone does not say it. */
const NAMES: Readonly<Record<string, string>> = { index: 'reference index', detections: 'detection store' };

/** `/healthz`: the process lives. `/readyz`: it does its work; 503 and the reasons when it cannot. */
export const healthRoutes: Resource<HealthOptions> = async (server, { engines: states }) => {
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
      const engines = states().map((engine) => ({ ...engine }));
      const reasons = engines
        .filter(({ state }) => state === 'away')
        .map(({ name, reason }) => `The ${NAMES[name] ?? name} is away: ${reason}`);
      if (reasons.length === 0) return { status: 'ready' as const, reasons, engines };
      return reply.code(503).send({ status: 'not ready', reasons, engines });
    },
  );
};
