import autocannon from 'autocannon';

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
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    overallRate: rate,
    duration: seconds,
    timeout: 10,
    headers: { authorization: `Bearer ${key}` },
    requests: [{ method: 'GET', setupRequest: (request) => ({ ...request, path: next() }) }],
  });
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
