import type { Command } from 'commander';
import { excludedOf, parseIntervals } from '../catalogue/excluded-intervals.js';
import { compareAll } from '../catalogue/shared/overlaps.js';
import { configFrom } from '../config.js';
import type { Asset, Reference } from '../domain/catalogue.js';
import { StreamprintError } from '../domain/errors.js';
import { assetId, referenceId } from '../domain/ids.js';
import type { Interval } from '../domain/match.js';
import type {
  CompactOptions,
  ReferenceIndex,
  ReferenceIndexWriter,
} from '../reference-index/reference-index.js';
import { Catalogue } from '../roles/catalogue.js';
import { openIndex } from '../roles/reference-index.js';
import { clock, errorJson, print, printJson, table, tell } from './output.js';
import { progressBar } from './progress.js';
import { sharedJson, sharedTable } from './shared-content.js';

interface Options {
  readonly data: string;
  readonly catalogue?: string;
  readonly json?: boolean;
  readonly clear?: boolean;
  readonly scan?: boolean;
  readonly all?: boolean;
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
    .action((ids: string[], _: unknown, command: Command) =>
      changing(command, ({ index }, options) => remove(index, ids, options)),
    );
  catalogue
    .command('exclude')
    .description("stretches of an asset that are others' material: they never claim")
    .argument('<asset>', 'its id')
    .argument('[start-end...]', 'seconds of its references, as in 12.5-30; added to those it has')
    .option('--clear', 'forget those it has first')
    .option('--catalogue <name>', 'the catalogue of the asset', 'default')
    .option('--json', 'the asset as a JSON object')
    .action((asset: string, intervals: string[], _: unknown, command: Command) =>
      changing(command, ({ index }, options) => exclude(index, asset, intervals, options)),
    );
  catalogue
    .command('publish')
    .description('tell the bus what it does not know yet; workers over Kafka follow the catalogue by it')
    .option('--all', 'everything again')
    .option('--json', 'as a JSON object')
    .action((_: unknown, command: Command) => changing(command, publish));
  catalogue
    .command('stats')
    .description('how much is registered, and what it takes')
    .option('--json', 'as a JSON object')
    .action((_: unknown, command: Command) => reading(command, stats));
  catalogue
    .command('compact')
    .description('merge what was registered bit by bit and drop what was removed: for quiet hours')
    .action((_: unknown, command: Command) => changing(command, ({ index }) => compact(index)));
  catalogue
    .command('reindex')
    .description(
      'write all of an index on Elasticsearch anew, as this version does and in the shards that are set now; look-ups go on',
    )
    .action(async (_: unknown, command: Command) => {
      checkElasticsearch();
      await changing(command, ({ index }) => compact(index, { anew: true }));
    });
  catalogue
    .command('duplicates')
    .description('what references of different assets share: idents, trailers, stock, the same media twice')
    .option('--catalogue <name>', 'what assets of this catalogue share, with each other or with others')
    .option('--scan', 'compare first what was registered before this was done at registration')
    .option('--json', 'one JSON object a pair of stretches')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      if (options.scan) await changing(command, ({ index }) => scan(index));
      await reading(command, duplicates);
    });
}

async function reading(
  command: Command,
  work: (index: ReferenceIndex, options: Options) => Promise<void>,
): Promise<void> {
  const options = command.optsWithGlobals<Options>();
  const index = await openIndex(configFrom(process.env), options.data);
  try {
    await work(index, options);
  } finally {
    await index.close();
  }
}

/** Where workers follow the catalogue by the bus, it also fails when they could not be told. */
async function changing(
  command: Command,
  work: (catalogue: Catalogue, options: Options) => Promise<number>,
): Promise<void> {
  const options = command.optsWithGlobals<Options>();
  const catalogue = await Catalogue.open(configFrom(process.env), options.data, tell);
  let code = 1;
  try {
    code = await work(catalogue, options);
  } finally {
    if (!(await catalogue.close())) code = 1;
  }
  process.exitCode = code;
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

async function remove(
  index: ReferenceIndexWriter,
  ids: readonly string[],
  options: Options,
): Promise<number> {
  let missing = 0;
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
  return missing === 0 ? 0 : 1;
}

async function exclude(
  index: ReferenceIndexWriter,
  id: string,
  texts: readonly string[],
  options: Options,
): Promise<number> {
  const added = parseIntervals(texts);
  if (added.length === 0 && !options.clear)
    throw new StreamprintError('SP_USAGE', 'Say what to exclude, as in 12.5-30, or --clear.');
  const catalogue = options.catalogue ?? 'default';
  const asset = (await index.assets(catalogue)).find((known) => known.id === id);
  if (!asset)
    throw new StreamprintError('SP_NOT_FOUND', `There is no asset ${id} in catalogue ${catalogue}.`);
  const excluded = excludedOf(options.clear ? added : [...asset.excluded, ...added]);
  await index.setExcluded(catalogue, asset.id, excluded);
  if (options.json) printJson({ ...asset, excluded });
  else print(`${asset.title} [${catalogue}/${id}]: ${intervalList(excluded) || 'nothing'} excluded`);
  return 0;
}

async function publish(catalogue: Catalogue, { all, json }: Options): Promise<number> {
  if (!catalogue.isFollowed)
    throw new StreamprintError(
      'SP_USAGE',
      'No worker follows this catalogue by a bus: set STREAMPRINT_KAFKA.',
    );
  if (all) await catalogue.republish();
  const { published, retracted, failed } = await catalogue.publish();
  const failures = failed.map(({ id, error }) => ({ id, error: errorJson(error) }));
  if (json) printJson({ published, retracted, failed: failures });
  else print(`${published} published, ${retracted} taken away, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

function intervalList(intervals: readonly Interval[]): string {
  return intervals.map(({ start, end }) => `${start}-${end}`).join(', ');
}

async function scan(index: ReferenceIndexWriter): Promise<number> {
  const bar = progressBar('comparing', (await index.uncompared()).length);
  try {
    await compareAll(index, () => bar.step());
  } finally {
    bar.stop();
  }
  return 0;
}

/** @throws SP_USAGE where the index is embedded */
function checkElasticsearch(): void {
  if (configFrom(process.env).elasticsearch !== null) return;
  throw new StreamprintError(
    'SP_USAGE',
    'There is nothing to index anew without STREAMPRINT_ELASTICSEARCH: `catalogue compact` merges an embedded index.',
  );
}

async function compact(index: ReferenceIndexWriter, how: CompactOptions = {}): Promise<number> {
  await index.compact(how);
  const { segments, indexBytes } = await index.stats();
  print(`${segments} segment${segments === 1 ? '' : 's'}, ${(indexBytes / 1024 / 1024).toFixed(2)} MiB`);
  return 0;
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
