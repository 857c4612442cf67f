/**
 * The process that holds the decoding pool. It may die at any time (media can be hostile, and decoders are
 * large C programs): nothing but this process dies with it, and `src/media/` starts another.
 */
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { HostMessage, HostOptions, PoolJob, PoolReply, Progress } from './protocol-pool.js';
import { tidyUp } from './tidy.js';

const RSS_CHECK_MS = 500;
/** JavaScript heap of a worker thread; decoded media lies outside of it. */
const HEAP_MIB = 512;

const options = JSON.parse(process.argv[2] as string) as HostOptions;

// Threads that are begun from now on have it, too.
if (options.niceness > 0) os.setPriority(options.niceness);

const pool = new Piscina({
  filename: fileURLToPath(new URL('./analyse.js', import.meta.url)),
  minThreads: options.threads,
  maxThreads: options.threads,
  // A thread that waits for its next task must still run its event loop, which sets decoder memory free.
  atomics: 'disabled',
  recordTiming: false,
  resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
});

const send = (message: HostMessage) => void (process.connected && process.send?.(message));

pool.on('message', (progress: Progress) => send(progress));
// A thread that died outside of a task: the pool has replaced it already.
pool.on('error', () => undefined);

process.on('message', async (job: PoolJob) => {
  try {
    // Its arrays lie in the buffer that the message was read into, and so may a part of the next message: it is copied.
    send((await pool.run(job)) as PoolReply);
    tidyUp();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY')
      return die(`one of its threads used more than ${HEAP_MIB} MiB of heap`);
    send({ id: job.id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});

// The service is gone. Threads inside native code cannot be asked to end.
process.on('disconnect', dieWithChildren);

setInterval(() => {
  const held = process.memoryUsage.rss();
  if (held > options.maxRssBytes) die(`it held ${Math.round(held / 2 ** 20)} MiB of memory`);
}, RSS_CHECK_MS).unref();

function die(why: string): void {
  const lastWords: HostMessage = { dying: why };
  process.send?.(lastWords, dieWithChildren);
}

/** Ends this process and the programs it started; it leads a process group of its own. */
function dieWithChildren(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}
