import fs from 'node:fs/promises';
import type { Command } from 'commander';
import { fetchMedia } from '../capture/index.js';
import { mediaFilesAt } from '../catalogue/media-files.js';
import { configFrom } from '../config.js';
import { type FoundInPast, findInPast } from '../lookup/find-in-past.js';
import { type MatchedMedia, matchMedia } from '../lookup/match-media.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../matching/score.js';
import { SPEEDS } from '../matching/search-plan.js';
import type { MediaPool } from '../media/media-pool.js';
import { EVER } from '../past/ask-past.js';
import { PastReader } from '../past/past-reader.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { openIndex } from '../roles/reference-index.js';
import { clock, errorJson, print, printJson, tellError } from './output.js';
import { progressBar } from './progress.js';
import { isUrl } from './register.js';
import { mapLimited, startPool } from './services.js';
import { makeSpool } from './spool.js';

interface Options {
  readonly data: string;
  readonly json?: boolean;
  readonly past?: boolean;
  readonly speeds?: boolean;
}

interface Services {
  readonly pool: MediaPool;
  readonly index: ReferenceIndex;
  readonly maxFalsePerDay: number;
  readonly spool: string;
}

export function matchCommand(program: Command): void {
  program
    .command('match')
    .description('find what of the catalogue occurs in media, and where')
    .argument('<path|url...>', 'media files, folders of them, addresses of media files')
    .option('--past', 'find instead on which of the watched streams the media ran, and when')
    .option('--speeds', 'with --past: also at 24/25 and 25/24 of its speed, which takes three times as long')
    .option('--json', 'one JSON object an input, on a line of its own')
    .action(async (inputs: string[], _: unknown, command: Command) => {
      process.exitCode = await match(inputs, command.optsWithGlobals<Options>());
    });
}

async function match(inputs: readonly string[], options: Options): Promise<number> {
  const index = await openIndex(configFrom(process.env), options.data);
  const pool = await startPool();
  const spool = await makeSpool();
  const services = { pool, index, maxFalsePerDay: DEFAULT_MAX_FALSE_PER_DAY, spool };
  const job = options.past
    ? inPast(services, new PastReader(options.data), options.speeds ? SPEEDS : [])
    : inCatalogue(services);
  let failed = 0;
  const trouble = (input: string, error: unknown) => {
    failed++;
    if (options.json) printJson({ ...job.nothing(input), error: errorJson(error) });
    else tellError(error);
  };
  try {
    const files: string[] = [];
    for (const input of inputs) {
      const found = isUrl(input)
        ? [input]
        : await mediaFilesAt(input).catch((error: unknown) => trouble(input, error));
      files.push(...(found ?? []));
    }
    const bar = progressBar('matching', files.length);
    await mapLimited(files, 4, async (input) => {
      try {
        const { json, lines } = await onDisk(input, spool, (file) => job.run(input, file));
        if (options.json) printJson(json);
        else for (const line of lines) print(line);
      } catch (error) {
        trouble(input, error);
      }
      bar.step();
    });
    bar.stop();
  } finally {
    await fs.rm(spool, { recursive: true, force: true });
    await pool.close();
    await index.close();
  }
  return failed === 0 ? 0 : 1;
}

/** What is done with each input. */
interface Job {
  run(input: string, file: string): Promise<{ readonly json: object; readonly lines: readonly string[] }>;
  /** The JSON of an input that failed, without its error. */
  nothing(input: string): object;
}

function inCatalogue(services: Services): Job {
  return {
    run: async (input, file) => {
      const result = await matchMedia(services, file);
      return { json: { input, ...result, error: null }, lines: matchLines(input, result) };
    },
    nothing: (input) => ({ input, duration: null, matches: [], notes: [] }),
  };
}

function inPast(services: Services, past: PastReader, speeds: readonly number[]): Job {
  const span = { streams: past.streams(), ...EVER, speeds };
  return {
    run: async (input, file) => {
      const result = await findInPast({ ...services, past }, file, span);
      return { json: { input, ...foundJson(result), error: null }, lines: foundLines(input, result) };
    },
    nothing: (input) => ({ input, duration: null, past: [], notes: [] }),
  };
}

/** Works on an input as a file; what is fetched is deleted afterwards. */
async function onDisk<T>(input: string, spool: string, work: (file: string) => Promise<T>): Promise<T> {
  if (!isUrl(input)) return work(input);
  const fetched = await fetchMedia(input, spool, { signal: new AbortController().signal });
  try {
    return await work(fetched.path);
  } finally {
    await fs.rm(fetched.path, { force: true });
  }
}

function headLine(input: string, duration: number, found: number): string {
  return `${input}  ${clock(duration)}${found === 0 ? '  nothing found' : ''}`;
}

function matchLines(input: string, { duration, matches, notes }: MatchedMedia): string[] {
  const found = matches.map((m) => {
    const at = `${clock(m.stream.start)} – ${clock(m.stream.end)}`;
    const from = `${clock(m.reference.start)} – ${clock(m.reference.end)}`;
    const how = `${m.modality}${m.mirrored ? ', mirrored' : ''}`;
    return `  ${at}  ${m.title} [${m.catalogue}/${m.assetId}] ${from}  ${how}  score ${m.score.toFixed(2)}`;
  });
  return [headLine(input, duration, matches.length), ...found, ...notes.map((note) => `  note: ${note}`)];
}

function foundJson({ duration, found, notes }: FoundInPast) {
  return {
    duration,
    past: found.map(({ stream, seen: { match, time } }) => ({
      stream,
      start: new Date(time.start).toISOString(),
      end: new Date(time.end).toISOString(),
      clip: match.reference,
      modality: match.modality,
      speed: match.speed,
      mirrored: match.mirrored,
      box: match.box,
      score: match.score,
      expectedFalsePerDay: match.expectedFalsePerDay,
    })),
    notes,
  };
}

function foundLines(input: string, { duration, found, notes }: FoundInPast): string[] {
  const lines = found.map(({ stream, seen: { match: m, time } }) => {
    const from = `${clock(m.reference.start)} – ${clock(m.reference.end)}`;
    const how = `${m.modality}${m.mirrored ? ', mirrored' : ''}`;
    return `  ${new Date(time.start).toISOString()}  ${stream.name} [${stream.id}]  ${from}  ${how}  score ${m.score.toFixed(2)}`;
  });
  return [headLine(input, duration, found.length), ...lines, ...notes.map((note) => `  note: ${note}`)];
}
