import path from 'node:path';
import type { Command } from 'commander';
import { configFrom } from '../config.js';
import { StreamprintError } from '../domain/errors.js';
import { BlobSweep } from '../roles/blob-sweep.js';
import { isShared, openBus } from '../roles/bus.js';
import { Closing } from '../roles/closing.js';
import { openPast } from '../roles/past.js';
import { startWorker } from '../roles/worker.js';
import { openWorkersCatalogue } from '../roles/workers-catalogue.js';
import { tell } from './output.js';
import { startPool } from './services.js';
import { untilStopped } from './until-stopped.js';

/** What comes again to a worker that takes over warms it up: about what a short clip takes, ms. */
const COMMIT_DELAY_MS = 24_000;

export function workerCommand(program: Command): void {
  program
    .command('worker')
    .description('work on what probes send over Kafka: match it, and tell what was found')
    .action(async (_: unknown, command: Command) => work(command.optsWithGlobals<{ data: string }>().data));
}

async function work(data: string): Promise<void> {
  const config = configFrom(process.env);
  if (!isShared(config))
    throw new StreamprintError(
      'SP_USAGE',
      'Workers share streams over Kafka: set STREAMPRINT_KAFKA, or use `streamprint serve`, which needs none.',
    );
  const closing = new Closing();
  try {
    const bus = closing.add(await openBus(config, data, 'worker', tell));
    closing.add(BlobSweep.of(config, data, tell));
    const { index } = closing.add(await openWorkersCatalogue(config, data, bus, tell));
    const pool = closing.add(await startPool());
    const { group, threads } = config;
    closing.add(
      await startWorker({
        bus,
        index,
        pool,
        past: openPast(config, data),
        spool: path.join(data, `spool-worker-${process.pid}`),
        group,
        threads,
        commitDelay: COMMIT_DELAY_MS,
        onTrouble: tell,
        onNote: ({ name }, message) => tell(`${name}: ${message}`),
      }),
    );
    tell(`works on streams of the group ${group}`);
    await untilStopped();
  } finally {
    await closing.close();
  }
}
