import { ProblemError, sendProblem } from './problem.js';
import type { ApiServer } from './route.js';

/** Most bodies are there at once. */
const BODY_SECONDS = 20;

/** Ends requests whose body does not come: nobody holds a connection by sending a byte now and then. */
export function limitBodyTime(server: ApiServer): void {
  server.addHook('onRequest', async (request, reply) => {
    const length = request.headers['content-length'];
    const hasBody = request.headers['transfer-encoding'] !== undefined || (length ?? '0') !== '0';
    if (!hasBody) return;
    const seconds = request.routeOptions.config.bodySeconds ?? BODY_SECONDS;
    const timer = setTimeout(() => {
      if (request.raw.complete) return;
      const problem = new ProblemError('timeout', `The body did not arrive within ${seconds} s.`);
      if (!reply.sent) sendProblem(reply.header('connection', 'close'), problem);
      reply.raw.once('close', () => request.raw.destroy());
      setTimeout(() => request.raw.destroy(), 1000).unref();
    }, 1000 * seconds);
    const stop = () => clearTimeout(timer);
    request.raw.once('end', stop);
    request.raw.once('close', stop);
  });
}
