import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { configFrom } from '../config.js';
import { messageOf, StreamprintError } from '../domain/errors.js';
import type { Log } from '../logging/log.js';
import { heartbeatOf } from '../probe/heartbeat.js';
import type { ProbeMode } from '../probe/options.js';
import { type Probe, startProbe } from '../probe/probe.js';
import { ServiceLink } from '../probe/service-link.js';
import type { ProbeEvent } from '../probe/stream-journal.js';
import { isShared, openBus } from '../roles/bus.js';
import { PatientBus } from '../roles/patient-bus.js';
import { print, printJson, tell } from './output.js';
import { processLog } from './process-log.js';
import { startPool } from './services.js';
import { sparsely } from './sparsely.js';
import { untilStopped } from './until-stopped.js';
import { positive } from './values.js';

interface Options {
  readonly data: string;
  readonly mode: ProbeMode;
  readonly name: string;
  readonly userAgent?: string;
  readonly header?: readonly string[];
  readonly proxy?: string;
  readonly rate?: number;
  readonly anyCertificate?: boolean;
  readonly reload?: number;
  readonly bufferMib?: number;
  readonly bufferSeconds?: number;
  readonly ringMib?: number;
  readonly ringSeconds?: number;
  readonly service?: string;
  readonly keyFile?: string;
  readonly duration?: number;
  readonly json?: boolean;
}

const EXIT_MS = 3_000;

export function probeCommand(program: Command): void {
  program
    .command('probe')
    .description('capture streams and send them over the bus to be matched')
    .argument('[target...]', 'addresses, M3U channel lists, folders of segments, files')
    .addOption(
      new Option('--mode <mode>', 'central: send the media; edge: send what they say, keep them')
        .choices(['central', 'edge'])
        .default('central'),
    )
    .option('--name <name>', 'of this probe, as messages show it', os.hostname())
    .option('--user-agent <text>', 'sent with each request')
    .option('--header <name:value...>', 'sent to what is named here, and to nobody else where it is secret')
    .option('--proxy <url>', 'http://[user:password@]host:port that everything over HTTP is fetched through')
    .option('--any-certificate', 'take certificates that nobody vouches for; which one it was is told')
    .option('--rate <n>', 'most requests to one host within any second', positive)
    .option('--reload <seconds>', 'read channel lists again after so long (300)', positive)
    .option('--buffer-mib <n>', 'most media that wait on disk for the broker (2048)', positive)
    .option('--buffer-seconds <n>', 'how long they wait at most (3600)', positive)
    .option('--ring-mib <n>', 'most media that are kept for evidence (4096)', positive)
    .option('--ring-seconds <n>', 'how long they are kept at least a detection wants them (300)', positive)
    .option(
      '--service <url>',
      'where the service answers: the channel list is had from there, and it is told how it goes',
    )
    .option('--key-file <path>', "a file with the probe's key, as the service gave it out")
    .option('--duration <seconds>', 'stop after this long', positive)
    .option('--json', 'one JSON object an event, on a line of its own')
    .action(async (targets: string[], _: unknown, command: Command) => {
      process.exitCode = await run(targets, command.optsWithGlobals<Options>());
    });
}

async function run(targets: readonly string[], options: Options): Promise<number> {
  const config = configFrom(process.env);
  if (targets.length === 0 && options.service === undefined)
    throw new StreamprintError('SP_USAGE', 'Name what is to be captured, or a --service that does.');
  const log = processLog(config, 'probe');
  const trouble = sparsely((message) => log.warn(message));
  const bus = await PatientBus.open(() => openBus(config, options.data, options.name, trouble), trouble);
  const pool = options.mode === 'edge' ? await startPool() : null;
  const directory = path.join(options.data, 'probe');
  const emit = (event: ProbeEvent) => show(event, options, log);
  const link = await linkOf(options, directory, emit);
  try {
    const { asnDatabase, countryDatabase } = config;
    const serviceUrl =
      config.serviceUrl ?? (options.service ? new URL('/healthz', options.service).href : null);
    const startedAt = new Date().toISOString();
    const probe = await startProbe([...targets, ...(link ? [link.list] : [])], {
      bus,
      name: options.name,
      directory,
      ...(link && { mayBeEmpty: link.list }),
      mode: options.mode,
      ...(pool && { pool }),
      ...settingsOf(options),
      asnDatabase,
      countryDatabase,
      serviceUrl,
      sameProcess: !isShared(config),
      emit,
    });
    link?.start(
      () => heartbeatOf(probe, options.mode, startedAt),
      () => probe.lookAgain(),
    );
    await untilStopped(options.duration, probe.ended());
    await probe.stop();
    summarise(probe, options);
    return probe.errors.length === 0 ? 0 : 1;
  } finally {
    await link?.close();
    await pool?.close();
    await bus.close();
    // A client that still looks for its broker holds up nobody: what there is lies on disk.
    setTimeout(() => process.exit(), EXIT_MS).unref();
  }
}

/** The service that the probe belongs to; null = none is named. @throws SP_USAGE */
async function linkOf(
  { service, keyFile, name }: Options,
  directory: string,
  emit: (event: ProbeEvent) => void,
): Promise<ServiceLink | null> {
  if ((service === undefined) !== (keyFile === undefined))
    throw new StreamprintError('SP_USAGE', '--service and --key-file go together: name both.');
  if (service === undefined || keyFile === undefined) return null;
  if (!/^https?:\/\//.test(service) || !URL.canParse(service))
    throw new StreamprintError('SP_USAGE', `--service is an address of http: or https:, not "${service}".`);
  await fs.mkdir(directory, { recursive: true });
  const onTrouble = (message: string) => emit({ type: 'note', stream: '', message });
  return ServiceLink.open({ url: service, key: await keyIn(keyFile), name, directory, onTrouble });
}

async function keyIn(file: string): Promise<string> {
  const text = await fs.readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StreamprintError('SP_USAGE', `--key-file: ${messageOf(cause)}`, { cause });
  });
  const key = text.trim();
  if (/^sp_[\w-]{1,200}$/.test(key)) return key;
  throw new StreamprintError('SP_USAGE', `${file} holds no key: it is one line that begins with sp_.`);
}

function settingsOf(options: Options) {
  const { userAgent, proxy, rate, reload, bufferMib, bufferSeconds, ringMib, ringSeconds } = options;
  return {
    headers: headersOf(options.header ?? []),
    http: {
      ...(userAgent && { userAgent }),
      ...(proxy && { proxy }),
      ...(options.anyCertificate && { anyCertificate: true }),
      ...(rate && { requestsPerSecond: Math.ceil(rate) }),
    },
    buffer: {
      ...(bufferMib && { maxBytes: bufferMib * 2 ** 20 }),
      ...(bufferSeconds && { maxAge: bufferSeconds }),
    },
    ring: { ...(ringMib && { maxBytes: ringMib * 2 ** 20 }), ...(ringSeconds && { maxAge: ringSeconds }) },
    ...(reload && { reloadEvery: reload }),
  };
}

function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) throw new InvalidArgumentError(`--header takes name:value, not "${line}".`);
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function show(event: ProbeEvent, { json }: Options, log: Log): void {
  const time = new Date().toISOString();
  const line = `${event.stream ? `${event.stream}: ` : ''}${event.message}`;
  if (json) printJson({ ...event, time });
  else if (event.type === 'note') log.info(line, { stream: event.stream });
  else print(`${time.slice(11, 19)}  ${line}`);
}

function summarise({ stats }: Probe, { json, mode }: Options): void {
  if (json) {
    printJson({ type: 'stats', time: new Date().toISOString(), ...stats });
    return;
  }
  const { segments, lostBySource, lostByProbe, featureBytes, featureSeconds } = stats.totals;
  const lost = lostBySource + lostByProbe + stats.buffer.dropped;
  tell(
    `${stats.streams.length} streams, ${segments} segments captured, ${lost} lost, ` +
      `${stats.sent} messages sent, ${stats.buffer.messages} wait on disk`,
  );
  if (mode === 'edge' && featureSeconds > 0)
    tell(`${Math.round(featureBytes / featureSeconds)} bytes a second and stream in place of the media`);
}
