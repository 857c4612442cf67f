import { isPassing, StreamprintError } from '../domain/errors.js';
import type { UtcMillis } from '../domain/ids.js';
import { pause } from '../domain/pause.js';
import type { BlobStore } from './blobs.js';
import { type Body, openBody } from './body.js';
import { decode } from './codec.js';
import { type DeadLetterFacts, deadLetterFacts } from './dead-letter.js';
import { MessageError } from './message-error.js';
import type { Message } from './messages.js';
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
  /**
   * Called when a message that was handed to `handle` has become a dead letter, before it counts as done with: it is
   * called again if it throws.
   */
  readonly onBuried?: (delivery: Delivery, error: unknown) => Promise<void>;
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

/** Of the index, and not the message's fault either: it is tried again for as long as they last, and nothing is lost. */
const INDEX_FAILURES: ReadonlySet<string> = new Set(['SP_INDEX_UNAVAILABLE', 'SP_INDEX_REFUSED']);

/** Failures that are the message's, and will be the same the next time; what died of it was tried twice. */
const HOPELESS: ReadonlySet<string> = new Set([
  'SP_MESSAGE_INVALID',
  'SP_DECODER_DIED',
  'SP_INPUT_EMPTY',
  'SP_INPUT_NOT_MEDIA',
  'SP_INPUT_NO_TRACKS',
  'SP_INPUT_TOO_LARGE',
  'SP_FINGERPRINT_VERSION',
  'SP_FINGERPRINT_CORRUPT',
]);

/**
 * Works on one record until its effect is stored, or it is a dead letter.
 * @param signals `lost` is aborted when it is another worker's; `over` then, too, and when nothing is to be tried again
 * @returns whether it is done with; false = it is to be delivered again
 */
export async function work(
  record: InRecord,
  { lost, over }: { readonly lost: AbortSignal; readonly over: AbortSignal },
  options: WorkOptions,
  tools: WorkTools,
): Promise<boolean> {
  const { handle, retryDelay } = options;
  let attempts = 0;
  do {
    let delivery: Delivery | null = null;
    try {
      delivery = await deliveryOf(record, lost, attempts + 1, tools.blobs);
      await handle(delivery);
      return !lost.aborted;
    } catch (error) {
      if (lost.aborted) return false;
      if (!isCircumstance(error)) attempts++;
      if (isHopeless(error) || attempts >= options.attempts) {
        const failure = { group: options.group, attempts, error, at: tools.now() };
        const letter = deadLetterFacts(record, failure);
        if (!(await until(() => bury(record, letter, tools), over, retryDelay))) return false;
        const buried = delivery;
        if (buried === null) return true;
        return until(async () => options.onBuried?.(buried, error), over, retryDelay);
      }
      await pause(retryDelay, over);
    }
  } while (!over.aborted);
  return false;
}

const codeOf = (error: unknown): string => (error instanceof StreamprintError ? error.code : '');
const isCircumstance = (error: unknown): boolean => isPassing(error) || INDEX_FAILURES.has(codeOf(error));
const isHopeless = (error: unknown): boolean => HOPELESS.has(codeOf(error));

/** Does something for as long as circumstances are against it; whether it was done before it was over. */
async function until(what: () => Promise<void>, over: AbortSignal, retryDelay: number): Promise<boolean> {
  do {
    try {
      await what();
      return true;
    } catch (error) {
      if (over.aborted) return false;
      if (!isCircumstance(error)) throw error;
      await pause(retryDelay, over);
    }
  } while (!over.aborted);
  return false;
}

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

async function bury(
  record: InRecord,
  letter: DeadLetterFacts,
  { send, onDeadLetter }: WorkTools,
): Promise<void> {
  // A body that is gone may be just what went wrong: then the rest of the message is what can be kept.
  const value = (await record.value?.read().catch(() => null)) ?? new Uint8Array();
  const headers = { ...record.headers, [LETTER_HEADER]: JSON.stringify(letter) };
  await send({ topic: 'streamprint.dead-letters', key: record.key ?? letter.id, headers, value });
  onDeadLetter();
}
