import type { Command } from 'commander';
import { configFrom } from '../config.js';
import { DetectionStore } from '../detections/detection-store.js';
import type { SeenMatch } from '../detections/tracker.js';
import type { Reference } from '../domain/catalogue.js';
import { StreamprintError } from '../domain/errors.js';
import type { StreamInfo } from '../domain/match.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../matching/score.js';
import { SPEEDS } from '../matching/search-plan.js';
import { EVER } from '../past/ask-past.js';
import { PastReader } from '../past/past-reader.js';
import { type Rematched, rematch } from '../past/rematch.js';
import { RematchRecords } from '../past/rematch-records.js';
import { openIndex } from '../roles/reference-index.js';
import { clock, print, printJson, tell } from './output.js';
import { progressBar } from './progress.js';
import { time } from './values.js';

interface Options {
  readonly data: string;
  readonly asset?: string;
  readonly catalogue?: string;
  readonly reference?: string;
  readonly all?: boolean;
  readonly stream?: string;
  readonly since?: number;
  readonly until?: number;
  readonly speeds?: boolean;
  readonly json?: boolean;
}

export function rematchCommand(program: Command): void {
  program
    .command('rematch')
    .description(
      'look for references in what the streams carried before; without a choice for those never looked for',
    )
    .option('--asset <id>', 'for the references of this asset')
    .option('--catalogue <name>', 'for those of this catalogue')
    .option('--reference <id>', 'for this reference')
    .option('--all', 'for every reference')
    .option('--stream <id>', 'on this stream only')
    .option('--since <time>', 'at this time (ISO 8601) or later', time)
    .option('--until <time>', 'before this time (ISO 8601)', time)
    .option('--speeds', 'also at 24/25 and 25/24 of their speed: takes three times as long')
    .option('--json', 'one JSON object a match')
    .action(async (_: unknown, command: Command) => {
      await run(command.optsWithGlobals<Options>());
    });
}

async function run(options: Options): Promise<void> {
  const index = await openIndex(configFrom(process.env), options.data);
  const records = RematchRecords.open(options.data);
  const detections = DetectionStore.openBeside(options.data);
  const past = new PastReader(options.data);
  try {
    const references = chosen(options, await index.references({}), records);
    if (references.length === 0) tell('there is no reference to look for');
    const streams = past.streams().filter(({ id }) => !options.stream || id === options.stream);
    if (options.stream && streams.length === 0)
      throw new StreamprintError('SP_NOT_FOUND', `Nothing is kept of a stream ${options.stream}.`);
    const span = {
      streams,
      since: options.since ?? EVER.since,
      until: options.until ?? EVER.until,
      speeds: options.speeds ? SPEEDS : [],
    };
    const whole = !options.stream && options.since === undefined && options.until === undefined;
    const hours = streams.reduce((sum, stream) => sum + past.hours(stream).length, 0);
    const bar = progressBar('looking through hours', hours);
    const services = {
      past,
      index,
      detections,
      // Only who has looked everywhere has asked.
      records: whole ? records : { wait: records.wait.bind(records), markAsked: () => undefined },
      maxFalsePerDay: DEFAULT_MAX_FALSE_PER_DAY,
      live: !detections.isAlone,
      now: () => Date.now(),
      turn: async () => bar.step(),
    };
    let found = 0;
    for await (const rematched of rematch(services, references, span)) {
      found++;
      tellMatch(rematched, options);
    }
    bar.stop();
    for (const trouble of past.troubles) tell(trouble);
    if (!options.json && references.length > 0) tell(summary(references.length, hours, found));
  } finally {
    detections.close();
    records.close();
    await index.close();
  }
}

function chosen(options: Options, all: readonly Reference[], records: RematchRecords): Reference[] {
  const { asset, catalogue, reference } = options;
  const isChosen = asset !== undefined || catalogue !== undefined || reference !== undefined;
  if (!isChosen && !options.all) {
    const asked = records.asked();
    return all.filter(({ id }) => !asked.has(id));
  }
  const references = all.filter(
    (one) =>
      (asset === undefined || one.assetId === asset) &&
      (catalogue === undefined || one.catalogue === catalogue) &&
      (reference === undefined || one.id === reference),
  );
  if (references.length === 0 && isChosen)
    throw new StreamprintError('SP_NOT_FOUND', `There is no such ${reference ? 'reference' : 'asset'}.`);
  return references;
}

function tellMatch({ stream, seen, outcome, detections }: Rematched, { json }: Options): void {
  if (json)
    printJson({ ...pastMatchJson(stream, seen), outcome, detections: detections.map(({ id }) => id) });
  else print(`${outcome.padEnd(8)}  ${pastMatchLine(stream, seen)}`);
}

function summary(references: number, hours: number, found: number): string {
  const plural = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  return `${plural(references, 'reference')} looked for in ${plural(hours, 'hour')} of streams, ${found} found`;
}

/** A match in the past of a stream: times of the stream are UTC (ISO 8601), of the reference seconds. */
export function pastMatchJson(stream: StreamInfo, { match, time }: SeenMatch) {
  const { catalogue, assetId, title, referenceId, modality, reference, speed, mirrored, box } = match;
  return {
    stream,
    assetId,
    title,
    catalogue,
    referenceId,
    modality,
    start: new Date(time.start).toISOString(),
    end: new Date(time.end).toISOString(),
    reference,
    speed,
    mirrored,
    box,
    score: match.score,
    expectedFalsePerDay: match.expectedFalsePerDay,
  };
}

export function pastMatchLine(stream: StreamInfo, { match: m, time }: SeenMatch): string {
  const at = `${new Date(time.start).toISOString()} (${clock((time.end - time.start) / 1000)})`;
  const from = `${clock(m.reference.start)} – ${clock(m.reference.end)}`;
  const how = `${m.modality}${m.mirrored ? ', mirrored' : ''}`;
  return `${at}  ${stream.name}: ${m.title} [${m.catalogue}/${m.assetId}] ${from}  ${how}  score ${m.score.toFixed(2)}`;
}
