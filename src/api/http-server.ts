import Fastify from 'fastify';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { limitBodyTime } from './body-time.js';
import { takeJson } from './json-body.js';
import { answerNoRequest } from './no-request.js';
import { collectRoutes } from './openapi/openapi.js';
import type { KnownRoute } from './openapi/operation.js';
import { errorHandler, problemOf, sendProblem } from './problem.js';
import type { ApiServer } from './route.js';
import { mustSayWhoMay } from './route-roles.js';
import { secureAnswers } from './security-headers.js';
import { validatorCompiler } from './validation.js';
import { answerNoWay, Ways } from './ways.js';

/** Bodies, where a route does not say otherwise, bytes. */
const MAX_BODY = 1024 * 1024;
/** A request may take so long to arrive, uploads included, ms; most are bounded closer, see `limitBodyTime`. */
const REQUEST_TIMEOUT_MS = 3600_000;
/** Headers and address together, bytes: long queries have room. */
const MAX_HEADERS = 64 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;
const MAX_NAME = 1024;
/** How often sockets are looked at for what takes too long, ms. */
const LOOK_EVERY_MS = 2000;

export interface Api {
  /** Where it is to be reached: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes no more requests, and ends those that it has. */
  close(): Promise<void>;
}

/**
 * A server with what all routes have in common: checks by schema, problems, bounds, headers; without a route.
 * @param onTrouble told of what is no fault of a request, one sentence each
 */
export function newServer(onTrouble: (message: string) => void): ApiServer {
  const routes: KnownRoute[] = [];
  const ways = new Ways(routes);
  const server: ApiServer = Fastify({
    bodyLimit: MAX_BODY,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADERS,
      connectionsCheckingInterval: LOOK_EVERY_MS,
    },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_NAME },
    clientErrorHandler: answerNoRequest(ways),
    frameworkErrors: (error, _, reply) => {
      sendProblem(reply, problemOf(error));
    },
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(() => JSON.stringify);
  server.setErrorHandler(errorHandler(onTrouble));
  collectRoutes(server, routes);
  secureAnswers(server);
  answerNoWay(server, ways);
  mustSayWhoMay(server);
  limitBodyTime(server);
  takeJson(server);
  return server;
}

/** @param port 0 = any that is free. @throws SP_USAGE when it cannot listen there */
export async function listen(server: ApiServer, host: string, port: number): Promise<Api> {
  try {
    const url = await server.listen({ host, port });
    return { url, close: () => server.close() };
  } catch (error) {
    await server.close();
    const message = `Port ${port} of ${host} cannot be listened on: ${messageOf(error)}`;
    throw new StreamprintError('SP_USAGE', message, { cause: error });
  }
}

/** Whether nobody but this machine reaches what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
