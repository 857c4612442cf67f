import fs from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import cliProgress from 'cli-progress';
import { configFrom } from '../src/config.js';
import { writeReport } from '../src/report/write-report.js';
import { CATALOGUE_NAME } from './catalogue.js';
import { collectReport } from './collect-report.js';
import { runCommand } from './command.js';
import { compare } from './compare.js';
import { generateSamples, type Samples } from './generate.js';
import { keepRunning } from './keep.js';
import { startChannelServer } from './server.js';
import { verdictLines, verdictSentence } from './verdict.js';
import { watch } from './watch.js';

/** A monitor that has not ended this long after the channels did is stopped, s. */
const PATIENCE_SECONDS = 60;

/** Says that a folder is the demo's. */
const MARKER = 'streamprint-demo.txt';

const began = Date.now();
let steps = 5;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function step(number: number, text: string): void {
  say(`\n[${number}/${steps}, ${Math.round((Date.now() - began) / 1000)} s]  ${text}`);
}

async function generate(directory: string): Promise<Samples> {
  const bar = process.stderr.isTTY
    ? new cliProgress.SingleBar(
        { format: '{bar} {percentage} %  {eta_formatted} left', hideCursor: true, stream: process.stderr },
        cliProgress.Presets.shades_classic,
      )
    : null;
  const samples = await generateSamples({
    directory,
    encoder: configFrom(process.env).decoder,
    onProgress(done, inAll) {
      if (bar && !bar.isActive) bar.start(inAll, 0);
      bar?.update(done);
    },
  });
  bar?.stop();
  say(samples.made ? `made in ${directory}` : `made already, in ${directory}`);
  return samples;
}

async function register(samples: Samples, data: string): Promise<void> {
  const options = ['--catalogue', CATALOGUE_NAME, '--metadata', samples.metadata, '--data', data];
  const run = runCommand(['register', samples.catalogue, ...options]);
  let registered = 0;
  for await (const line of run.lines) {
    const { input, error } = line as { input: string; error: { message: string } | null };
    if (error) say(`${input}: ${error.message}`);
    else registered++;
  }
  if ((await run.ended) !== 0) throw new Error('the catalogue could not be registered whole, see above');
  say(`${registered} titles registered`);
}

async function monitor(directory: string, samples: Samples, data: string) {
  const server = await startChannelServer({ directory });
  say(`the channels are on air: ${server.url}`);
  const run = runCommand(['monitor', server.url, '--data', data]);
  const longest = Math.max(...samples.truth.channels.map(({ seconds }) => seconds));
  const patience = setTimeout(() => run.interrupt(), 1000 * (longest + PATIENCE_SECONDS));
  try {
    const detections = await watch(run.lines, samples.channels, process.stdout);
    const exitCode = await run.ended;
    return { detections, exitCode, broadcastFrom: server.broadcastFrom };
  } finally {
    clearTimeout(patience);
    await server.close();
  }
}

/**
 * Takes a folder for the demo, whose contents come and go from now on.
 * @throws Error for a folder that holds anything else
 */
async function claim(root: string): Promise<void> {
  await fs.mkdir(root, { recursive: true });
  const names = await fs.readdir(root);
  if (names.length > 0 && !names.includes(MARKER))
    throw new Error(`${root} holds something else: name an empty folder, or one that does not exist yet`);
  await fs.writeFile(
    path.join(root, MARKER),
    'Made by the Streamprint demo, which also deletes what is in here.\n',
  );
}

/** Leaves the service running on what was found, until it is stopped. */
async function keep(directory: string, data: string, port: number): Promise<void> {
  step(6, 'Starting the service on it, with the channels on air again …');
  const { url, key, ended, stop } = await keepRunning(directory, data, port);
  say(`open ${url}\nkey  ${key ?? 'the one that was given out before'}\nCtrl-C ends it.`);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  await ended;
}

/** @returns the exit code */
async function demo(root: string, keepOn: number | null): Promise<number> {
  await claim(root);
  const directory = path.join(root, 'samples');
  const data = path.join(root, 'store');
  const report = path.join(root, 'report.html');
  await fs.rm(data, { recursive: true, force: true });

  step(1, 'Making twelve titles of a minute and seven pirate channels (about 40 s the first time) …');
  const samples = await generate(directory);

  step(2, 'Registering the titles (about 10 s) …');
  await register(samples, data);

  step(3, 'Watching the channels live (about a minute and a half) …');
  const { detections, exitCode, broadcastFrom } = await monitor(directory, samples, data);

  step(4, 'What was found, against what was planted:');
  const comparison = compare(samples.truth, detections, broadcastFrom);
  for (const line of verdictLines(comparison)) say(line);
  say(verdictSentence(comparison));
  if (exitCode !== 0) say(`the monitor ended with exit code ${exitCode}`);

  step(5, 'Writing the report …');
  const title = `What ran on ${samples.channels.length} channels`;
  const remarks = [verdictSentence(comparison)];
  await writeReport(
    report,
    await collectReport({ data, title, catalogue: CATALOGUE_NAME, remarks, now: Date.now() }),
  );
  say(`open ${pathToFileURL(report)}`);
  if (keepOn !== null) await keep(directory, data, keepOn);
  return comparison.passed && exitCode === 0 ? 0 : 1;
}

try {
  const { values, positionals } = parseArgs({
    options: { keep: { type: 'boolean' }, port: { type: 'string' } },
    allowPositionals: true,
  });
  steps = values.keep ? 6 : 5;
  const keepOn = values.keep ? Number(values.port ?? 8080) : null;
  process.exitCode = await demo(path.resolve(positionals[0] ?? 'data/demo'), keepOn);
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
