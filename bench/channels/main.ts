import fs from 'node:fs';
import { StreamprintError } from '../../src/domain/errors.js';
import { makeRepertoire, type Repertoire } from './broadcast.js';
import { highestHeld, nextToTry } from './find-max.js';
import { type Options, optionsFrom, USAGE } from './options.js';
import { say } from './progress.js';
import { referencesOf } from './references.js';
import { print } from './report.js';
import { holds, type RunRow, rowOf, writeRuns } from './results.js';
import { run } from './run.js';
import { systemFor } from './systems.js';

export async function main(args: readonly string[]): Promise<void> {
  try {
    await bench(optionsFrom(args));
  } catch (error) {
    if (!(error instanceof StreamprintError || error instanceof TypeError)) throw error;
    console.error(`${error.message}\n${USAGE}`);
    process.exitCode = 1;
  }
}

async function bench(options: Options): Promise<void> {
  const repertoire = await makeRepertoire(options, say);
  const references = await referencesOf(repertoire.works, options.referenceHours, say);
  const rows = [await measure(repertoire, references, options, options.channels, options.minutes)];
  writeRuns(rows);
  if (options.findMax) await findMax(repertoire, references, options, rows);
}

async function measure(
  repertoire: Repertoire,
  references: string,
  options: Options,
  channels: number,
  minutes: number,
): Promise<RunRow> {
  const measured = await run(repertoire, {
    ...options,
    channels,
    minutes,
    references,
    start: systemFor(options),
  });
  const row = rowOf(measured, options, channels, minutes, {
    source: options.media === null ? 'generated' : 'films, music and photographs of a folder',
    bitRate: bitRateOf(repertoire),
  });
  print(row, measured);
  say(holds(measured) ? `${channels} channels hold` : `${channels} channels do not hold`);
  return row;
}

/** Raises the number of channels until it does not hold, and writes down the highest that does. */
async function findMax(
  repertoire: Repertoire,
  references: string,
  options: Options,
  rows: RunRow[],
): Promise<void> {
  const tried = new Map(rows.map(({ channels, holds: held }) => [channels, held === true]));
  for (let next = nextToTry(tried); next !== null; next = nextToTry(tried)) {
    const row = await measure(repertoire, references, options, next, options.findMinutes);
    tried.set(next, row.holds === true);
    rows.push(row);
  }
  const maxChannels = highestHeld(tried);
  say(`the highest number of channels that holds: ${maxChannels ?? 'none'}`);
  writeRuns(rows.map((row) => ({ ...row, maxChannels })));
}

/** Of a reel on average, Mbit/s. */
function bitRateOf({ h264, reels }: Repertoire): number {
  const bytes = h264.flatMap(({ folder, segments }) =>
    segments.map((name) => fs.statSync(`${folder}/${name}`).size),
  );
  const seconds = reels.reduce((sum, reel) => sum + reel.seconds, 0);
  return Number(((8e-6 * bytes.reduce((sum, size) => sum + size, 0)) / seconds).toFixed(2));
}
