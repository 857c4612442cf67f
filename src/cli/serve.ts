import os from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { configFrom } from '../config.js';
import { detectionEvent } from '../monitor/events.js';
import { Service } from '../roles/serve.js';
import { printJson, tell } from './output.js';
import { printEvent } from './print-event.js';
import { startPool } from './services.js';
import { untilStopped } from './until-stopped.js';

/** Only this process goes on with its streams, and what is kept for that lies on disk: as short as will do, ms. */
const COMMIT_DELAY_MS = 12_000;

interface Options {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly duration?: number;
  readonly json?: boolean;
}

export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('probe, worker and service in one process')
    .argument('[target...]', 'addresses, M3U channel lists, folders of segments, files to capture')
    .option('--host <address>', 'to answer on', '127.0.0.1')
    .option('--port <number>', 'to answer on; 0 = any that is free', port, 8080)
    .option('--duration <seconds>', 'stop after this long', seconds)
    .option('--json', 'one JSON object an event, on a line of its own')
    .action(async (targets: string[], _: unknown, command: Command) => {
      await serve(targets, command.optsWithGlobals<Options>());
    });
}

function port(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('it must be a number from 0 to 65535.');
}

function seconds(value: string): number {
  const number = Number(value);
  if (number > 0) return number;
  throw new InvalidArgumentError('it must be a number of seconds above 0.');
}

async function serve(
  targets: readonly string[],
  { data, host, port, duration, json }: Options,
): Promise<void> {
  const pool = await startPool();
  const now = () => new Date().toISOString();
  try {
    const service = await Service.start(configFrom(process.env), pool, {
      data,
      host,
      port,
      targets,
      commitDelay: COMMIT_DELAY_MS,
      name: os.hostname(),
      onChange: (change) => {
        const event = detectionEvent(change, Date.now());
        if (json) printJson(event);
        else printEvent(event);
      },
      onNote: (stream, message) => {
        if (json) printJson({ type: 'note', time: now(), stream, message });
        else tell(`${now().slice(11, 19)}  ${stream ? `${stream}: ` : ''}${message}`);
      },
    });
    const { url } = service.api;
    if (json) printJson({ type: 'serving', time: now(), url });
    else tell(`answers on ${url}`);
    await untilStopped(duration);
    await service.close();
  } finally {
    await pool.close();
  }
}
