import Fastify, { type FastifyInstance } from 'fastify';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { type HealthOptions, healthRoutes } from './health.js';
import { metricsRoute } from './metrics.js';

/** Bodies of requests, bytes: nothing here takes one. */
const MAX_BODY = 16 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;

export interface ApiOptions extends HealthOptions {
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
  /** In Prometheus' text format. */
  readonly metrics: () => string;
}

export interface Api {
  /** Where it is to be reached: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes no more requests, and ends those that it has. */
  close(): Promise<void>;
}

/** Answers over HTTP. @throws SP_USAGE when it cannot listen there */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { host, port, metrics, unready } = options;
  const server: FastifyInstance = Fastify({ bodyLimit: MAX_BODY, requestTimeout: REQUEST_TIMEOUT_MS });
  await server.register(healthRoutes, { unready });
  await server.register(metricsRoute, { metrics });
  try {
    const url = await server.listen({ host, port });
    return { url, close: () => server.close() };
  } catch (error) {
    await server.close();
    const message = `Port ${port} of ${host} cannot be listened on: ${messageOf(error)}`;
    throw new StreamprintError('SP_USAGE', message, { cause: error });
  }
}
