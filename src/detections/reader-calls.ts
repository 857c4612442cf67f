import { parentPort } from 'node:worker_threads';
import { StreamprintError } from '../domain/errors.js';
import type { ThreadAnswer } from '../domain/waiting-calls.js';

/** What is asked of a thread that reads, a list of calls at once; answered by the list of answers. */
export interface ReaderCall {
  readonly id: number;
  /** Of what reads there; `close` ends it. */
  readonly method: string;
  readonly parameters: readonly unknown[];
}

export type ReaderAnswer = ThreadAnswer<unknown>;

/**
 * In a thread that reads: answers one call after the other.
 * @param reader has a method for each call
 * @param encode how answers cross over: objects by the hundred go several times faster as text
 */
export function answerCalls(
  reader: { close(): void },
  encode: (answers: readonly ReaderAnswer[]) => unknown,
): void {
  parentPort!.on('message', (calls: readonly ReaderCall[]) => {
    parentPort!.postMessage(encode(calls.map((call) => answer(reader, call))));
    if (calls.some(({ method }) => method === 'close')) parentPort!.close();
  });
}

function answer(reader: { close(): void }, { id, method, parameters }: ReaderCall): ReaderAnswer {
  try {
    const work = reader[method as 'close'] as (...given: readonly unknown[]) => unknown;
    return { id, result: work.apply(reader, [...parameters]) ?? null };
  } catch (error) {
    if (error instanceof StreamprintError) return { id, error: { code: error.code, message: error.message } };
    return { id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
