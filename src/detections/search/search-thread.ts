import { parentPort, workerData } from 'node:worker_threads';
import { StreamprintError } from '../../domain/errors.js';
import { EmbeddedSearch } from './embedded-search.js';
import type { SearchAnswer, SearchCall } from './search-protocol.js';

/** The thread that searches: one call after the other. */
const search = EmbeddedSearch.open(workerData as string);

parentPort!.on('message', (calls: readonly SearchCall[]) => {
  const answers = calls.map(({ id, method, parameters }) => answer(id, () => call(method, parameters)));
  parentPort!.postMessage(JSON.stringify(answers));
  if (calls.some(({ method }) => method === 'close')) parentPort!.close();
});

function call(method: SearchCall['method'], parameters: SearchCall['parameters']): unknown {
  if (method === 'close') {
    search.close();
    return null;
  }
  return (search[method] as (...given: readonly unknown[]) => unknown).apply(search, [...parameters]);
}

function answer(id: number, work: () => unknown): SearchAnswer {
  try {
    return { id, result: work() };
  } catch (error) {
    if (error instanceof StreamprintError) return { id, error: { code: error.code, message: error.message } };
    return { id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
