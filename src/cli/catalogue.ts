import type { Command } from 'commander';
import { excludedOf, parseIntervals } from '../catalogue/excluded-intervals.js';
import { compareAll } from '../catalogue/shared/overlaps.js';
import type { Asset, Reference } from '../domain/catalogue.js';
import { StreamprintError } from '../domain/errors.js';
import { assetId, referenceId } from '../domain/ids.js';
import type { Interval } from '../domain/match.js';
import { openEmbeddedIndex, openEmbeddedIndexWriter } from '../reference-index/embedded/index.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { clock, print, printJson, table, tell } from './output.js';
import { progressBar } from './progress.js';
import { sharedJson, sharedTable } from './shared-content.js';

interface Options {
  readonly data: string;
  readonly catalogue?: string;
  readonly json?: boolean;
  readonly clear?: boolean;
  readonly scan?: boolean;
}

export function catalogueCommand(program: Command): void {
  const catalogue = program.command('catalogue').description('what is registered');
  catalogue
    .command('list')
    .description('the assets')
    .option('--catalogue <name>', 'of this catalogue only')
    .option('--json', 'one JSON object an asset')
    .action((_: unknown, command: Command) => reading(command, list));
  catalogue
    .command('show')
    .description('an asset with its references')
    .argument('<asset>', 'its id')
    .option('--catalogue <name>', 'in this catalogue only')
    .option('--json', 'one JSON object an asset')
    .action((asset: string, _: unknown, command: Command) =>
      reading(command, (index, options) => show(index, options, asset)),
    );
  catalogue
    .command('remove')
    .description('an asset with all its references, or single references: they never match again')
    .argument('<id...>', 'asset ids or reference ids')
    .option('--catalogue <name>', 'the catalogue of the assets', 'default')
    .option('--json', 'one JSON object an id')
    .action(async (ids: string[], _: unknown, command: Command) => {
      process.exitCode = await remove(ids, command.optsWithGlobals<Options>());
    });
  catalogue
    .command('exclude')
    .description("stretches of an asset that are others' material: they never claim")
    .argument('<asset>', 'its id')
    .argument('[start-end...]', 'seconds of its references, as in 12.5-30; added to those it has')
    .option('--clear', 'forget those it has first')
    .option('--catalogue <name>', 'the catalogue of the asset', 'default')
    .option('--json', 'the asset as a JSON object')
    .action((asset: string, intervals: string[], _: unknown, command: Command) =>
      exclude(asset, intervals, command.optsWithGlobals<Options>()),
    );
  catalogue
    .command('stats')
    .description('how much is registered, and what it takes')
    .option('--json', 'as a JSON object')
    .action((_: unknown, command: Command) => reading(command, stats));
  catalogue
    .command('duplicates')
    .description('what references of different assets share: idents, trailers, stock, the same media twice')
    .option('--catalogue <name>', 'what assets of this catalogue share, with each other or with others')
    .option('--scan', 'compare first what was registered before this was done at registration')
    .option('--json', 'one JSON object a pair of stretches')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      if (options.scan) await scan(options.data);
      await reading(command, duplicates);
    });
}

async function reading(
  command: Command,
  work: (index: ReferenceIndex, options: Options) => Promise<void>,
): Promise<void> {
  const options = command.optsWithGlobals<Options>();
  const index = await openEmbeddedIndex(options.data);
  try {
    await work(index, options);
  } finally {
    await index.close();
  }
}

async function list(index: ReferenceIndex, options: Options): Promise<void> {
  const assets = await index.assets(options.catalogue);
  if (options.json) for (const asset of assets) printJson(asset);
  else if (assets.length === 0) tell('nothing is registered');
  else
    print(
      table(
        ['catalogue', 'asset', 'title'],
        assets.map(({ catalogue, id, title }) => [catalogue, id, title]),
      ),
    );
}

async function show(index: ReferenceIndex, options: Options, id: string): Promise<void> {
  const assets = (await index.assets(options.catalogue)).filter((asset) => asset.id === id);
  if (assets.length === 0) throw new StreamprintError('SP_NOT_FOUND', `There is no asset ${id}.`);
  for (const asset of assets) {
    const references = await index.references({ catalogue: asset.catalogue, assetId: asset.id });
    if (options.json) printJson({ ...asset, references });
    else printAsset(asset, references);
  }
}

function printAsset(asset: Asset, references: readonly Reference[]): void {
  print(`${asset.title} [${asset.catalogue}/${asset.id}]`);
  const facts = {
    EIDR: asset.eidr,
    ISAN: asset.isan,
    ISRC: asset.isrc,
    'rights holder': asset.rightsHolder,
    territories: asset.territories.join(', '),
    valid: asset.validFrom || asset.validTo ? `${asset.validFrom ?? '…'} – ${asset.validTo ?? '…'}` : null,
    excluded: intervalList(asset.excluded),
  };
  for (const [name, value] of Object.entries(facts)) if (value) print(`  ${name}: ${value}`);
  for (const r of references) {
    const tracks = `${r.hasVideo ? 'pictures' : 'no pictures'}, ${r.audioTracks} sound track${r.audioTracks === 1 ? '' : 's'}`;
    print(
      `  reference ${r.id}  ${clock(r.duration)}  ${tracks}  ${new Date(r.registeredAt).toISOString()}  ${r.source}`,
    );
  }
}

async function remove(ids: readonly string[], options: Options): Promise<number> {
  const index = await openEmbeddedIndexWriter(options.data);
  let missing = 0;
  try {
    for (const id of ids) {
      const ofAsset = await index.removeAsset(options.catalogue ?? 'default', assetId(id));
      const removed = ofAsset > 0 ? ofAsset : Number(await index.removeReference(referenceId(id)));
      if (removed === 0) missing++;
      if (options.json) printJson({ id, removed });
      else
        print(
          removed > 0
            ? `removed ${id} (${removed} reference${removed === 1 ? '' : 's'})`
            : `nothing is called ${id}`,
        );
    }
  } finally {
    await index.close();
  }
  return missing === 0 ? 0 : 1;
}

async function exclude(id: string, texts: readonly string[], options: Options): Promise<void> {
  const added = parseIntervals(texts);
  if (added.length === 0 && !options.clear)
    throw new StreamprintError('SP_USAGE', 'Say what to exclude, as in 12.5-30, or --clear.');
  const catalogue = options.catalogue ?? 'default';
  const index = await openEmbeddedIndexWriter(options.data);
  try {
    const asset = (await index.assets(catalogue)).find((known) => known.id === id);
    if (!asset)
      throw new StreamprintError('SP_NOT_FOUND', `There is no asset ${id} in catalogue ${catalogue}.`);
    const excluded = excludedOf(options.clear ? added : [...asset.excluded, ...added]);
    await index.setExcluded(catalogue, asset.id, excluded);
    if (options.json) printJson({ ...asset, excluded });
    else print(`${asset.title} [${catalogue}/${id}]: ${intervalList(excluded) || 'nothing'} excluded`);
  } finally {
    await index.close();
  }
}

function intervalList(intervals: readonly Interval[]): string {
  return intervals.map(({ start, end }) => `${start}-${end}`).join(', ');
}

async function scan(data: string): Promise<void> {
  const index = await openEmbeddedIndexWriter(data);
  const bar = progressBar('comparing', (await index.uncompared()).length);
  try {
    await compareAll(index, () => bar.step());
  } finally {
    bar.stop();
    await index.close();
  }
}

async function duplicates(index: ReferenceIndex, { catalogue, json }: Options): Promise<void> {
  const shared = await index.sharedContent(catalogue === undefined ? {} : { catalogue });
  if (json) for (const one of shared) printJson(sharedJson(one));
  else if (shared.length > 0) print(sharedTable(shared));
  else tell('nothing is shared');
  const { length } = await index.uncompared();
  if (length > 0)
    tell(`${length} fingerprint${length === 1 ? ' was' : 's were'} never compared: --scan does it`);
}

async function stats(index: ReferenceIndex, options: Options): Promise<void> {
  const s = await index.stats();
  if (options.json) return printJson(s);
  const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(2)} MiB`;
  const perHour = s.hours > 0 ? ` (${(s.indexBytes / 1e6 / s.hours).toFixed(2)} MB an hour)` : '';
  print(
    table(
      ['', ''],
      [
        ['assets', String(s.assets)],
        ['references', String(s.references)],
        ['hours', s.hours.toFixed(2)],
        ['landmarks', String(s.landmarks)],
        ['picture terms', String(s.pictureTerms)],
        ['index', mib(s.indexBytes) + perHour],
        ['stills', mib(s.stillBytes)],
        ['segments', String(s.segments)],
        ['terms too common to vote', `${s.commonTerms ?? 0} (${s.commonPostings ?? 0} postings)`],
        ['removed, waiting for a merge', String(s.removedWaiting)],
      ],
    ).trimStart(),
  );
}
