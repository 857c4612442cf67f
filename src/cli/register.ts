import fs from 'node:fs/promises';
import type { Command } from 'commander';
import { fetchMedia } from '../capture/index.js';
import { FINGERPRINT_SUFFIX } from '../catalogue/fingerprint-file.js';
import { mediaFilesAt } from '../catalogue/media-files.js';
import { assetFromName, type Metadata, readMetadata } from '../catalogue/metadata.js';
import { MediaRegistrar, type MediaToRegister } from '../catalogue/register-media.js';
import { configFrom } from '../config.js';
import type { StatedAsset } from '../domain/catalogue.js';
import { StreamprintError } from '../domain/errors.js';
import { hasMediaName } from '../domain/media-names.js';
import { Catalogue } from '../roles/catalogue.js';
import { clock, errorJson, print, printJson, tell, tellError } from './output.js';
import { progressBar } from './progress.js';
import { mapLimited, startPool } from './services.js';
import { sharedJson, sharedLine } from './shared-content.js';
import { makeSpool } from './spool.js';

interface Options {
  readonly data: string;
  readonly catalogue: string;
  readonly metadata?: string;
  readonly json?: boolean;
}

/** Something to register, or what is wrong with it. */
interface Item {
  readonly input: string;
  readonly asset: StatedAsset | null;
  readonly error: unknown;
}

/** More under way than threads, so that reading and writing overlap with decoding. */
const UNDER_WAY = 8;

export function registerCommand(program: Command): void {
  program
    .command('register')
    .description('fingerprint media and register it in a catalogue')
    .argument('<path|url...>', 'media files, fingerprint files, folders of them, addresses of media files')
    .option('--catalogue <name>', "the rights holder's catalogue", 'default')
    .option('--metadata <file.csv>', 'titles and identifiers: see docs/cli.md')
    .option('--json', 'one JSON object an input')
    .action(async (inputs: string[], _: unknown, command: Command) => {
      process.exitCode = await register(inputs, command.optsWithGlobals<Options>());
    });
}

async function register(inputs: readonly string[], options: Options): Promise<number> {
  const metadata = options.metadata ? await readMetadata(options.metadata, options.catalogue) : null;
  const items = await itemsOf(inputs, options.catalogue, metadata);
  const catalogue = await Catalogue.open(configFrom(process.env), options.data, tell);
  const pool = await startPool();
  const spool = await makeSpool();
  const bar = progressBar('registering', items.length);
  let failed = 0;
  let isPublished = false;
  try {
    const registrar = new MediaRegistrar(
      async () => pool,
      (work) => work(catalogue.index),
    );
    await mapLimited(items, UNDER_WAY, async (item) => {
      try {
        if (item.error) throw item.error;
        await registerOne(item, registrar, spool, options);
      } catch (error) {
        failed++;
        report(options, { input: item.input, error: errorJson(error) }, () => tellError(error));
      }
      bar.step();
    });
  } finally {
    bar.stop();
    await fs.rm(spool, { recursive: true, force: true });
    await pool.close();
    isPublished = await catalogue.close();
  }
  if (!options.json) tell(`${items.length - failed} registered, ${failed} failed`);
  return failed === 0 && isPublished ? 0 : 1;
}

async function registerOne(
  item: Item,
  registrar: MediaRegistrar,
  spool: string,
  options: Options,
): Promise<void> {
  const { asset, ...media } = await onDisk(item, spool, options.catalogue);
  try {
    const registered = await registrar.register({ ...media, asset: () => asset });
    const { outcome, duration, notes, shared } = registered;
    const { catalogue, id: assetId, title } = asset;
    report(
      options,
      {
        input: item.input,
        catalogue,
        assetId,
        title,
        outcome,
        duration,
        notes,
        shared: shared.map(sharedJson),
        error: null,
      },
      () => {
        const length = duration === null ? '' : `  ${clock(duration)}`;
        const remarks = [...notes, ...sharedLine(shared)].map((remark) => `\n           ${remark}`);
        print(`${outcome.padEnd(9)}  ${assetId}  ${title}${length}${remarks.join('')}`);
      },
    );
  } finally {
    if (media.file !== item.input) await fs.rm(media.file, { force: true });
  }
}

async function onDisk(
  item: Item,
  spool: string,
  catalogue: string,
): Promise<Omit<MediaToRegister, 'asset'> & { readonly asset: StatedAsset }> {
  if (!isUrl(item.input))
    return {
      file: item.input,
      source: item.input,
      asset: item.asset ?? assetFromName(catalogue, item.input),
    };
  const fetched = await fetchMedia(item.input, spool, { signal: new AbortController().signal });
  return {
    file: fetched.path,
    source: item.input,
    asset: item.asset ?? assetFromName(catalogue, fetched.name),
  };
}

function report(options: Options, json: unknown, text: () => void): void {
  if (options.json) printJson(json);
  else text();
}

/** Every file of every input, and every row of the metadata that cannot be used. */
async function itemsOf(
  inputs: readonly string[],
  catalogue: string,
  metadata: Metadata | null,
): Promise<Item[]> {
  const items: Item[] = (metadata?.errors ?? []).map((error) => ({
    input: error.message,
    asset: null,
    error,
  }));
  for (const input of inputs) {
    try {
      for (const file of isUrl(input) ? [input] : await mediaFilesAt(input, canBeRegistered)) {
        const asset = metadata?.assetFor(file) ?? null;
        // The error of a row is told once, with the row.
        if (asset instanceof StreamprintError) continue;
        items.push({
          input: file,
          asset: asset ?? (isUrl(file) ? null : assetFromName(catalogue, file)),
          error: null,
        });
      }
    } catch (error) {
      items.push({ input, asset: null, error });
    }
  }
  return items;
}

const canBeRegistered = (name: string) => hasMediaName(name) || name.endsWith(FINGERPRINT_SUFFIX);

export function isUrl(input: string): boolean {
  return /^https?:\/\//i.test(input);
}
