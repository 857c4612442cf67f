/** What a worker thread runs: one task at a time, from a file to its fingerprints. */
import { parentPort } from 'node:worker_threads';
import { type Decoder, loadDecoder } from './decode/index.js';
import { TaskFailure } from './failure.js';
import type { Task, TaskResult } from './protocol.js';
import type { PoolJob, PoolReply, Progress } from './protocol-pool.js';
import { type Advance, fingerprintReference } from './tasks/reference.js';
import { analyseSegment } from './tasks/segment.js';
import { takeSound } from './tasks/sound.js';
import { takeStills } from './tasks/still.js';
import { tidyUp } from './tidy.js';

/** How often a long task says how far it is. */
const PROGRESS_MS = 1000;

/** One for the life of the thread: what it keeps from input to input is dear to make. */
let loaded: Promise<Decoder> | undefined;

/**
 * Expected failures are values here: a class would not survive the way to another thread. The reply is copied: once a
 * thread has handed over one array's memory, V8 checks at each access of any whether it is still there.
 */
export default async function analyse(job: PoolJob): Promise<PoolReply> {
  const reply = await replyTo(job);
  // Without a turn of the event loop between tasks, what the decoder holds is never set free.
  await new Promise((resolve) => setImmediate(resolve));
  tidyUp();
  return reply;
}

async function replyTo(job: PoolJob): Promise<PoolReply> {
  try {
    loaded ??= loadDecoder();
    const decoder = await loaded;
    if (job.task === null) return { id: job.id, hello: decoder.name };
    return { id: job.id, result: await run(decoder, job.task, job.id) };
  } catch (error) {
    if (!(error instanceof TaskFailure)) throw error;
    return { id: job.id, error: { code: error.code, message: error.message } };
  }
}

function run(decoder: Decoder, task: Task, id: number): Promise<TaskResult> {
  switch (task.kind) {
    case 'reference':
      return fingerprintReference(decoder, task, progressOf(id));
    case 'segment':
      return analyseSegment(decoder, task);
    case 'still':
      return takeStills(decoder, task);
    case 'sound':
      return takeSound(decoder, task);
  }
}

function progressOf(id: number): Advance {
  let next = 0;
  let furthest = 0;
  return (time, total) => {
    furthest = Math.max(furthest, time);
    const now = performance.now();
    if (now < next) return;
    next = now + PROGRESS_MS;
    const progress: Progress = { progressOf: id, time: furthest, total };
    parentPort?.postMessage(progress);
  };
}
