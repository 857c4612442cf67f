import { type HealthOptions, healthRoutes } from './health.js';
import { type Api, listen, newServer } from './http-server.js';
import { type MetricsOptions, metricsRoute } from './metrics.js';

export interface WorkerApiOptions extends HealthOptions, Omit<MetricsOptions, 'isLocal'> {
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
  /** Told of what is no fault of a request, one sentence each. */
  readonly onTrouble: (message: string) => void;
}

/** What a worker answers: whether it lives and works, and its metrics. @throws SP_USAGE when it cannot listen there */
export async function startWorkerApi(options: WorkerApiOptions): Promise<Api> {
  const server = newServer(options.onTrouble);
  await server.register(healthRoutes, options);
  await server.register(metricsRoute, { ...options, isLocal: true });
  return listen(server, options.host, options.port);
}
