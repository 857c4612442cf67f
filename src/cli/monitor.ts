import { setMaxListeners } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { openSources } from '../capture/index.js';
import { configFrom } from '../config.js';
import { DetectionStore } from '../detections/detection-store.js';
import type { DetectionChange } from '../detections/tracker.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../matching/score.js';
import { detectionEvent } from '../monitor/events.js';
import { Monitor, type MonitorEvent } from '../monitor/monitor.js';
import { openPast, type PastAsking, startAsking } from '../roles/past.js';
import { openIndex } from '../roles/reference-index.js';
import { errorJson, printJson, tell, tellError } from './output.js';
import { sayEvent } from './print-event.js';
import { startPool } from './services.js';
import { seconds } from './values.js';

interface Options {
  readonly data: string;
  readonly duration?: number;
  readonly json?: boolean;
  readonly segments?: boolean;
}

export function monitorCommand(program: Command): void {
  program
    .command('monitor')
    .description('watch streams and tell what of the catalogue runs on them, as it happens')
    .argument('<playlist|url|dir...>', 'addresses, M3U channel lists, folders of segments, files')
    .option('--duration <seconds>', 'stop after this long and close what is open', seconds)
    .option('--json', 'one JSON object an event, on a line of its own')
    .option('--segments', 'with --json: also a line for each segment that was dealt with')
    .action(async (targets: string[], _: unknown, command: Command) => {
      process.exitCode = await monitor(targets, command.optsWithGlobals<Options>());
    });
}

async function monitor(targets: readonly string[], options: Options): Promise<number> {
  const store = DetectionStore.openWriter(options.data);
  // Segments of a run that was killed are of no use to anyone: this process holds the lock, so they are ours.
  const spool = path.join(options.data, 'spool');
  await fs.rm(spool, { recursive: true, force: true });
  await fs.mkdir(spool, { recursive: true });
  const index = await openIndex(configFrom(process.env), options.data);
  const pool = await startPool();
  const past = openPast(configFrom(process.env), options.data);
  const stop = new Stop(options.duration);
  let failed = 0;
  let asker: PastAsking | null = null;
  try {
    const { captures, errors, notes } = await openSources(targets, { spool, signal: stop.signal });
    for (const note of notes) tell(note);
    for (const { target, error } of errors) {
      failed++;
      tellError(error);
      if (options.json)
        printJson({ type: 'error', time: new Date().toISOString(), target, ...errorJson(error) });
    }
    const emit = (event: MonitorEvent) => sayEvent(event, options);
    const onChange = (change: DetectionChange) => emit(detectionEvent(change, Date.now()));
    const services = {
      pool,
      index,
      store,
      past,
      maxFalsePerDay: DEFAULT_MAX_FALSE_PER_DAY,
      now: () => Date.now(),
      emit,
    };
    asker = startAsking({ data: options.data, index, store, onChange, onTrouble: tell });
    failed += await new Monitor(services).run(captures, () => stop.leaveOpen);
  } finally {
    stop.dispose();
    await asker?.close();
    await pool.close();
    await index.close();
    store.close();
    await fs.rm(spool, { recursive: true, force: true });
  }
  return failed === 0 ? 0 : 1;
}

/** The end of `--duration` and SIGINT close what is open; SIGTERM leaves it, to be resumed. */
class Stop {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #interrupt = () => this.#abort.abort();
  readonly #terminate = () => {
    this.leaveOpen = true;
    this.#abort.abort();
  };
  leaveOpen = false;

  constructor(duration: number | undefined) {
    // Every stream listens to it.
    setMaxListeners(0, this.#abort.signal);
    if (duration) this.#timer = setTimeout(this.#interrupt, 1000 * duration);
    process.once('SIGINT', this.#interrupt);
    process.once('SIGTERM', this.#terminate);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    process.off('SIGINT', this.#interrupt);
    process.off('SIGTERM', this.#terminate);
  }
}
