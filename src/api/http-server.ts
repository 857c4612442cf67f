import type { Socket } from 'node:net';
import Fastify, { type ConnectionError } from 'fastify';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { limitBodyTime } from './body-time.js';
import { takeJson } from './json-body.js';
import {
  bodyOf,
  errorHandler,
  notFound,
  PROBLEM_TYPE,
  ProblemError,
  problemOf,
  sendProblem,
} from './problem.js';
import type { ApiServer } from './route.js';
import { mustSayWhoMay } from './route-roles.js';
import { secureAnswers } from './security-headers.js';
import { validatorCompiler } from './validation.js';

/** Bodies, where a route does not say otherwise, bytes. */
const MAX_BODY = 1024 * 1024;
/** A request may take so long to arrive, uploads included, ms; most are bounded closer, see `limitBodyTime`. */
const REQUEST_TIMEOUT_MS = 3600_000;
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
  const server: ApiServer = Fastify({
    bodyLimit: MAX_BODY,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: LOOK_EVERY_MS },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_NAME },
    clientErrorHandler: answerNoRequest,
    frameworkErrors: (error, _, reply) => {
      sendProblem(reply, problemOf(error));
    },
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(() => JSON.stringify);
  server.setErrorHandler(errorHandler(onTrouble));
  server.setNotFoundHandler((request, reply) =>
    sendProblem(reply, notFound(`way ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}`)),
  );
  secureAnswers(server);
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

/** What came is no HTTP, or takes too long to be. */
function answerNoRequest(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = noRequest(error.code);
  const body = JSON.stringify(bodyOf(problem));
  socket.end(
    `HTTP/1.1 ${problem.status} ${REASONS[problem.status] ?? 'Bad Request'}\r\nConnection: close\r\n` +
      `Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

const REASONS: Readonly<Record<number, string>> = {
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function noRequest(code: string): ProblemError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ProblemError('timeout', 'The request did not arrive in time.');
  if (code === 'HPE_HEADER_OVERFLOW')
    return new ProblemError('headers-too-large', 'The headers of the request are too large.');
  return new ProblemError('invalid-request', 'That is no request of HTTP/1.1.');
}
