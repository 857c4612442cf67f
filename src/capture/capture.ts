import { StreamprintError } from '../domain/errors.js';
import type { StreamInfo } from '../domain/match.js';
import type { Capture } from '../domain/segment.js';
import { EventQueue } from './event-queue.js';
import { Sink } from './sink.js';
import { type LinkedSignal, linkSignal } from './wait.js';

/** Events that may wait for the reader; with segments of at most 64 MiB this bounds the disk they take. */
const QUEUE_CAPACITY = 8;

/** Captures one stream until it ends, and says why it ended. Throws when the stream is lost for good. */
export type CaptureRun = (sink: Sink, signal: AbortSignal) => Promise<string>;

/**
 * A capture that starts when its events are read, once. It ends with the state `gone` when the source ends or is
 * lost, and without it when the signal is aborted: then the stream is still there, only nobody looks any more.
 * Whoever stops reading early stops the capture.
 */
export function startableCapture(
  stream: StreamInfo,
  signal: AbortSignal,
  now: () => number,
  run: CaptureRun,
): Capture {
  let link: LinkedSignal | null = null;
  const start = () => {
    if (link !== null) throw new Error(`the events of ${stream.id} are read already`);
    link = linkSignal(signal);
    const inner = link.signal;
    const sink = new Sink(queue, now);
    const failed = (error: unknown) => {
      const expected = error instanceof StreamprintError;
      if (expected && !inner.aborted) sink.gone(error.message, false);
      sink.close();
      queue.end(expected || inner.aborted ? null : error);
    };
    run(sink, inner).then((reason) => {
      sink.gone(reason, true);
      queue.end();
    }, failed);
  };
  const stop = () => {
    link?.abort(new Error('nobody reads any more'));
    link?.release();
  };
  const queue = new EventQueue(QUEUE_CAPACITY, { start, stop });
  return { stream, events: queue };
}
