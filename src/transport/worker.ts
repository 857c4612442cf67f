import { StreamprintError } from '../domain/errors.js';
import type { UtcMillis } from '../domain/ids.js';
import type { BlobStore } from './blobs.js';
import { type Body, openBody } from './body.js';
import { decode } from './codec.js';
import { type DeadLetterFacts, deadLetterFacts } from './dead-letter.js';
import { MessageError } from './message-error.js';
import type { Message } from './messages.js';
import { pause } from './pause.js';
import { type InRecord, LETTER_HEADER, type OutRecord, type Position, REPLAYED_HEADER } from './record.js';

/** A message that came in, and is to be worked on. */
export type Delivery<M extends Message = Message> = M & {
  /** null for messages without one. */
  readonly body: Body | null;
  /**
   * Where it lies. Whoever stores it together with the effect, and skips what is not beyond it, does everything
   * once, whatever is delivered again.
   */
  readonly position: Position;
  /** When the bus took it. */
  readonly at: UtcMillis;
  /** From 1: how often this worker has begun it. */
  readonly attempt: number;
  /** It was a dead letter and came back, so it is later than its place in the stream. */
  readonly replayed: boolean;
  /** Aborted when the stream is another worker's: what is not stored yet is not to be stored any more. */
  readonly signal: AbortSignal;
};

export interface WorkOptions {
  readonly group: string;
  /** Resolves when the effect is stored. */
  readonly handle: (delivery: Delivery) => Promise<void>;
  /** Failures of one message before it becomes a dead letter. */
  readonly attempts: number;
  /** Between two of them, ms. */
  readonly retryDelay: number;
}

export interface WorkTools {
  readonly blobs: BlobStore | null;
  readonly send: (record: OutRecord) => Promise<void>;
  readonly now: () => number;
  readonly onDeadLetter: () => void;
}

/** Failures that are not the message's: it is tried again for as long as they last, and nothing is lost. */
const CIRCUMSTANCES = new Set(['SP_DISK_FULL', 'SP_BUS_UNAVAILABLE', 'SP_DATA_LOCKED']);

/**
 * Works on one record until its effect is stored, or it is a dead letter.
 * @param lost aborted when it is another worker's
 * @param stopping aborted when nothing is to be tried again
 * @returns whether it is done with; false = it is to be delivered again
 */
export async function work(
  record: InRecord,
  signals: { readonly lost: AbortSignal; readonly stopping: AbortSignal },
  options: WorkOptions,
  tools: WorkTools,
): Promise<boolean> {
  const { lost } = signals;
  const over = AbortSignal.any([lost, signals.stopping]);
  let attempts = 0;
  do {
    try {
      await options.handle(await deliveryOf(record, lost, attempts + 1, tools.blobs));
      return !lost.aborted;
    } catch (error) {
      if (lost.aborted) return false;
      if (!isCircumstance(error)) attempts++;
      if (error instanceof MessageError || attempts >= options.attempts) {
        const failure = { group: options.group, attempts, error, at: tools.now() };
        return bury(record, deadLetterFacts(record, failure), over, options.retryDelay, tools);
      }
      await pause(options.retryDelay, over);
    }
  } while (!over.aborted);
  return false;
}

const isCircumstance = (error: unknown): boolean =>
  error instanceof StreamprintError && CIRCUMSTANCES.has(error.code);

async function deliveryOf(
  record: InRecord,
  signal: AbortSignal,
  attempt: number,
  blobs: BlobStore | null,
): Promise<Delivery> {
  const message = await decode(record);
  if (message === null || record.value === null) throw new MessageError('value', 'is missing');
  return {
    ...message,
    body: await openBody(message, record.value, blobs),
    position: record.position,
    at: record.at,
    attempt,
    replayed: REPLAYED_HEADER in record.headers,
    signal,
  };
}

/** A message counts as done with once its dead letter is stored. */
async function bury(
  record: InRecord,
  letter: DeadLetterFacts,
  over: AbortSignal,
  retryDelay: number,
  { send, onDeadLetter }: WorkTools,
): Promise<boolean> {
  // A body that is gone may be just what went wrong: then the rest of the message is what can be kept.
  const value = (await record.value?.read().catch(() => null)) ?? new Uint8Array();
  const headers = { ...record.headers, [LETTER_HEADER]: JSON.stringify(letter) };
  do {
    try {
      await send({ topic: 'streamprint.dead-letters', key: record.key ?? letter.id, headers, value });
      onDeadLetter();
      return true;
    } catch (error) {
      if (!isCircumstance(error)) throw error;
      await pause(retryDelay, over);
    }
  } while (!over.aborted);
  return false;
}
