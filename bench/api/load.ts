import autocannon from 'autocannon';
import { say } from '../channels/progress.js';

export interface Load {
  readonly requestsPerSecond: number;
  /** From when a request was due to its answer, ms. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** No answer, late ones, and all that are not 2xx. */
  readonly errors: number;
  readonly requests: number;
}

const CONNECTIONS = 20;

/** Asks so many times a second for so long. @param next the path of the next request */
export async function load(
  url: string,
  key: string,
  rate: number,
  seconds: number,
  next: () => string,
): Promise<Load> {
  let trouble: string | null = null;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const options: autocannon.Options = {
      url,
      connections: CONNECTIONS,
      overallRate: rate,
      duration: seconds,
      timeout: 10,
      headers: { authorization: `Bearer ${key}` },
      requests: [{ method: 'GET', setupRequest: (request) => ({ ...request, path: next() }) }],
    };
    const running = autocannon(options, (error, done) => (error ? reject(error) : resolve(done)));
    running.on('reqError', (error: Error) => {
      trouble ??= error.message;
    });
  });
  if (trouble !== null) say(`the first request that failed: ${trouble}`);
  const { latency, requests, errors, timeouts, non2xx } = result;
  return {
    requestsPerSecond: requests.total / result.duration,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    maxMs: latency.max,
    errors: errors + timeouts + non2xx,
    requests: requests.total,
  };
}
