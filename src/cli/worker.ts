import fs from 'node:fs/promises';
import type { Command } from 'commander';
import { startWorkerApi } from '../api/worker-server.js';
import { configFrom } from '../config.js';
import { StreamprintError } from '../domain/errors.js';
import { BlobSweep } from '../roles/blob-sweep.js';
import { isShared, openBus } from '../roles/bus.js';
import { Closing } from '../roles/closing.js';
import { enginesOf } from '../roles/engines.js';
import { startMatching } from '../roles/matching.js';
import { openPast } from '../roles/past.js';
import { startWorker } from '../roles/worker.js';
import { openWorkersCatalogue } from '../roles/workers-catalogue.js';
import { catalogueMeasures } from '../service/catalogue-measures.js';
import { EngineWatch } from '../service/engine-watch.js';
import { textOf } from '../service/prometheus.js';
import { processMeasures, WorkerMeasures } from '../service/worker-measures.js';
import { processLog } from './process-log.js';
import { startPool } from './services.js';
import { makeSpool } from './spool.js';
import { untilStopped } from './until-stopped.js';
import { port } from './values.js';

/** What comes again to a worker that takes over warms it up: about what a short clip takes, ms. */
const COMMIT_DELAY_MS = 24_000;

interface Options {
  readonly data: string;
  readonly host: string;
  readonly port?: number;
}

export function workerCommand(program: Command): void {
  program
    .command('worker')
    .description('work on what probes send over Kafka: match it, and tell what was found')
    .option('--host <address>', 'to answer on', '127.0.0.1')
    .option('--port <number>', 'to answer on with health and figures; without it there is no answer', port)
    .action(async (_: unknown, command: Command) => work(command.optsWithGlobals<Options>()));
}

async function work({ data, host, port }: Options): Promise<void> {
  const config = configFrom(process.env);
  const log = processLog(config, 'worker');
  const tell = (message: string) => log.warn(message);
  if (!isShared(config))
    throw new StreamprintError(
      'SP_USAGE',
      'Workers share streams over Kafka: set STREAMPRINT_KAFKA, or use `streamprint serve`, which needs none.',
    );
  const closing = new Closing();
  try {
    const bus = closing.add(await openBus(config, data, 'worker', tell));
    closing.add(BlobSweep.of(config, data, tell));
    const catalogue = closing.add(await openWorkersCatalogue(config, data, bus, tell));
    const { index, follower } = catalogue;
    const matching = closing.add(startMatching(config, catalogue, tell));
    const pool = closing.add(await startPool());
    const measures = new WorkerMeasures(Date.now);
    const { group, threads } = config;
    await fs.mkdir(data, { recursive: true });
    closing.add(
      await startWorker({
        bus,
        index,
        pool,
        newMatching: () => matching.newMatching(),
        past: openPast(config, data),
        spool: await makeSpool(data),
        group,
        threads,
        commitDelay: COMMIT_DELAY_MS,
        onDone: (delivery, outcome, inHaste) => measures.done(delivery, outcome, inHaste),
        onTrouble: tell,
        onNote: ({ id, name }, message) => log.info(`${name}: ${message}`, { stream: id }),
      }),
    );
    if (port !== undefined) {
      const metrics = () =>
        textOf([
          ...measures.metrics,
          ...processMeasures(bus, pool),
          ...(follower ? catalogueMeasures(follower) : []),
        ]);
      const watch = closing.add(await EngineWatch.start(enginesOf(config, { bus, index, pool })));
      const { url } = closing.add(
        await startWorkerApi({ host, port, engines: () => watch.states, metrics, onTrouble: tell }),
      );
      log.info(`answers on ${url}`, { url });
    }
    log.info(`works on streams of the group ${group}`, { group });
    await untilStopped();
  } finally {
    await closing.close();
  }
}
