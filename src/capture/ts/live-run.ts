import { StreamprintError } from '../../domain/errors.js';
import type { SourceFacts } from '../../domain/source-facts.js';
import { withoutSecrets } from '../address.js';
import type { CaptureRun } from '../capture.js';
import { HttpError } from '../http-error.js';
import { backoff } from '../retry.js';
import type { CaptureContext } from '../settings.js';
import { Spool } from '../spool.js';
import { sleep } from '../wait.js';
import { SegmentWriter } from './segment-writer.js';

/** A connection to a source of MPEG-TS that sends on and on. */
export interface LiveInput {
  /** Throws when it breaks. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly source: SourceFacts;
}

/** Connects once, and hands the connection to `use`, which it outlives. Throws what goes wrong. */
export type Connect = (signal: AbortSignal, use: (input: LiveInput) => Promise<void>) => Promise<void>;

/** Segments of some 6 s, and of up to 15 s where key frames are rare: less patience would call them stalled. */
const PATIENCE_MS = 20_000;
/** A source that sent so much faster than it plays is a recording, which has ended. */
const RECORDING_SPEED = 2;
const RECORDING_LEAST = 10;
/** Answers in a row that say that there is nothing. */
const DEFINITE_FAILURES = 3;

/**
 * Captures MPEG-TS that a source sends without an end: cuts it into segments, and connects again when it breaks,
 * later and later, until nothing has come for as long as the context allows.
 * @param uri as records name it
 */
export function liveRun(uri: string, stream: string, connect: Connect, context: CaptureContext): CaptureRun {
  return async (sink, signal) => {
    const writer = new SegmentWriter(uri, new Spool(context.spool, stream), sink);
    const { retry, giveUpAfter, stallAfter } = context.timing;
    sink.expectWithin(Math.max(stallAfter, Math.min(PATIENCE_MS, giveUpAfter)));
    let since = performance.now();
    let failures = 0;
    let definite = 0;
    try {
      for (;;) {
        const attempt = await once(connect, writer, giveUpAfter, signal);
        if (attempt.ended) return 'ended';
        if (attempt.received) {
          since = performance.now();
          failures = 0;
          definite = 0;
        }
        const { error } = attempt;
        failures++;
        definite = isDefinite(error) ? definite + 1 : 0;
        const patience = giveUpAfter - (performance.now() - since);
        if (error.code === 'SP_FETCH_REFUSED' || definite >= DEFINITE_FAILURES || patience <= 0) throw error;
        if (failures === 1) await sink.note(`${error.message}; connecting again`);
        await sleep(Math.min(backoff(retry, failures, context.random, error), Math.max(0, patience)), signal);
      }
    } finally {
      await writer.discard();
    }
  };
}

interface Attempt {
  readonly ended: boolean;
  readonly received: boolean;
  readonly error: StreamprintError;
}

async function once(
  connect: Connect,
  writer: SegmentWriter,
  patience: number,
  signal: AbortSignal,
): Promise<Attempt> {
  let began = performance.now();
  let received = false;
  let broken: unknown = null;
  try {
    await connect(signal, async ({ bytes, source }) => {
      began = performance.now();
      writer.begin(source);
      const shown = withoutSecrets(source.url);
      for await (const chunk of bytes) {
        await writer.take(chunk);
        received = writer.seconds > 0;
        if (!received && performance.now() - began > patience)
          throw new StreamprintError('SP_INPUT_NOT_MEDIA', `${shown} sends MPEG-TS in which nothing begins`);
      }
    });
  } catch (error) {
    if (signal.aborted || !(error instanceof StreamprintError)) throw error;
    broken = error;
  }
  const wall = (performance.now() - began) / 1000;
  const ended = broken === null && writer.seconds > RECORDING_SPEED * wall + RECORDING_LEAST;
  await writer.end(ended);
  if (broken instanceof StreamprintError) return { ended, received, error: broken };
  const error = new HttpError('SP_HTTP', `the connection ended after ${wall.toFixed(0)} s`, {
    transient: true,
  });
  return { ended, received, error };
}

function isDefinite(error: StreamprintError): boolean {
  return error instanceof HttpError && (error.status === 404 || error.status === 410);
}
