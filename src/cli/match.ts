import fs from 'node:fs/promises';
import type { Command } from 'commander';
import { fetchMedia } from '../capture/index.js';
import { mediaFilesAt } from '../catalogue/media-files.js';
import { configFrom } from '../config.js';
import { type MatchedMedia, matchMedia } from '../lookup/match-media.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../matching/score.js';
import type { MediaPool } from '../media/media-pool.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { openIndex } from '../roles/reference-index.js';
import { clock, type ErrorJson, errorJson, print, printJson, tellError } from './output.js';
import { progressBar } from './progress.js';
import { isUrl } from './register.js';
import { mapLimited, startPool } from './services.js';
import { makeSpool } from './spool.js';

interface Options {
  readonly data: string;
  readonly json?: boolean;
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
  let failed = 0;
  const outcome = (input: string, result: MatchedMedia | null, error: unknown) => {
    if (error) failed++;
    if (options.json) printJson(matchJson(input, result, error ? errorJson(error) : null));
    else if (error) tellError(error);
    else printMatches(input, result!);
  };
  try {
    const files: string[] = [];
    for (const input of inputs) {
      const found = isUrl(input)
        ? [input]
        : await mediaFilesAt(input).catch((error: unknown) => outcome(input, null, error));
      files.push(...(found ?? []));
    }
    const bar = progressBar('matching', files.length);
    await mapLimited(files, 4, async (input) => {
      await matchOne(services, input).then(
        (result) => outcome(input, result, null),
        (error: unknown) => outcome(input, null, error),
      );
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

async function matchOne(services: Services, input: string): Promise<MatchedMedia> {
  if (!isUrl(input)) return matchMedia(services, input);
  const fetched = await fetchMedia(input, services.spool, { signal: new AbortController().signal });
  try {
    return await matchMedia(services, fetched.path);
  } finally {
    await fs.rm(fetched.path, { force: true });
  }
}

function matchJson(input: string, result: MatchedMedia | null, error: ErrorJson | null) {
  return {
    input,
    duration: result?.duration ?? null,
    matches: result?.matches ?? [],
    notes: result?.notes ?? [],
    error,
  };
}

function printMatches(input: string, { duration, matches, notes }: MatchedMedia): void {
  print(`${input}  ${clock(duration)}${matches.length === 0 ? '  nothing found' : ''}`);
  for (const m of matches) {
    const at = `${clock(m.stream.start)} – ${clock(m.stream.end)}`;
    const from = `${clock(m.reference.start)} – ${clock(m.reference.end)}`;
    const how = `${m.modality}${m.mirrored ? ', mirrored' : ''}`;
    print(`  ${at}  ${m.title} [${m.catalogue}/${m.assetId}] ${from}  ${how}  score ${m.score.toFixed(2)}`);
  }
  for (const note of notes) print(`  note: ${note}`);
}
