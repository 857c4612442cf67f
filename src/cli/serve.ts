import os from 'node:os';
import { type Command, Option } from 'commander';
import { configFrom } from '../config.js';
import type { ProbeMode } from '../probe/options.js';
import { Service } from '../roles/serve.js';
import { printJson, tell } from './output.js';
import { sayEvent } from './print-event.js';
import { processLog } from './process-log.js';
import { startPool } from './services.js';
import { untilStopped } from './until-stopped.js';
import { port, seconds } from './values.js';

/** Only this process goes on with its streams, and what is kept for that lies on disk: as short as will do, ms. */
const COMMIT_DELAY_MS = 12_000;

interface Options {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly mode: ProbeMode;
  readonly keys: boolean;
  readonly duration?: number;
  readonly json?: boolean;
  readonly segments?: boolean;
}

export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('probe, worker and service in one process')
    .argument('[target...]', 'addresses, M3U channel lists, folders of segments, files to capture')
    .option('--host <address>', 'to answer on', '127.0.0.1')
    .option('--port <number>', 'to answer on; 0 = any that is free', port, 8080)
    .addOption(
      new Option(
        '--mode <mode>',
        'of what is captured here: central: match the media; edge: what they say, keep them',
      )
        .choices(['central', 'edge'])
        .default('central'),
    )
    .option('--no-keys', 'ask nobody for a key; only where no other machine can ask')
    .option('--duration <seconds>', 'stop after this long', seconds)
    .option('--json', 'one JSON object an event, on a line of its own')
    .option('--segments', 'with --json: also a line for each segment that was dealt with')
    .action(async (targets: string[], _: unknown, command: Command) => {
      await serve(targets, command.optsWithGlobals<Options>());
    });
}

async function serve(targets: readonly string[], options: Options): Promise<void> {
  const { data, host, port, mode, keys, duration, json } = options;
  const settings = configFrom(process.env);
  const config = { ...settings, apiOpen: settings.apiOpen || !keys };
  const log = processLog(config, 'service');
  const pool = await startPool();
  const now = () => new Date().toISOString();
  try {
    const service = await Service.start(config, pool, {
      data,
      host,
      port,
      targets,
      mode,
      commitDelay: COMMIT_DELAY_MS,
      name: os.hostname(),
      onEvent: (event) => sayEvent(event, options),
      onTrouble: (message) => {
        if (options.json) printJson({ type: 'note', time: now(), message });
        else log.warn(message);
      },
      onAnswer: (facts) => log.debug(`${facts.method} ${facts.route} ${facts.status}`, { ...facts }),
    });
    const { url } = service.api;
    if (service.firstKey !== null)
      tell(`The key of a first administrator, shown this once: ${service.firstKey}`);
    if (json) printJson({ type: 'serving', time: now(), url });
    else log.info(`answers on ${url}`, { url });
    await untilStopped(duration);
    await service.close();
  } finally {
    await pool.close();
  }
}
