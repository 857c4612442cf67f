import fs from 'node:fs/promises';
import path from 'node:path';
import { isPassing, messageOf, StreamprintError } from '../domain/errors.js';
import { type AssetId, assetId } from '../domain/ids.js';
import { pause } from '../domain/pause.js';
import { type AssetInput, checkedFacts, type InputProblem, wholeFacts } from './asset-input.js';
import type { AssetKeeper } from './asset-keeper.js';
import type { AssetFacts } from './asset-record.js';
import type { Assets } from './assets.js';
import { pointerIn, type ReadRow, rowsOf } from './import-rows.js';
import type { Import, Imports } from './imports.js';
import type { ReferenceJobs } from './reference-jobs.js';

/** Circumstances that pass are waited for, ms. */
const AGAIN_MS = 5000;
/** Of one row, problems that are kept. */
const MAX_PROBLEMS = 20;

/** A row whose fields are of the right types. */
export interface ImportedAsset extends AssetInput {
  readonly assetId: string;
  readonly url?: string;
}

export interface ImportRunnerOptions {
  readonly imports: Imports;
  readonly assets: Assets;
  readonly keeper: AssetKeeper;
  readonly jobs: ReferenceJobs;
  /** Folder of the tables, by the ids of their imports. */
  readonly folder: string;
  /** What a row says, or what of it is of another type than it must be. */
  readonly read: (value: unknown) => ImportedAsset | readonly InputProblem[];
  /** What to call an address. @throws SP_FETCH_REFUSED when it leads inside */
  readonly sourceOf: (url: string) => string;
  readonly onJob: () => void;
  /** Told of faults of the program, one sentence each. */
  readonly onTrouble: (message: string) => void;
}

/** Takes in tables, one after the other, row by row; after `kill -9` it goes on with the row that is next. */
export class ImportRunner {
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;

  private constructor(private readonly options: ImportRunnerOptions) {}

  static async start(options: ImportRunnerOptions): Promise<ImportRunner> {
    const { imports, folder } = options;
    await fs.mkdir(folder, { recursive: true });
    imports.prune();
    const needed = imports.unfinished();
    for (const name of await fs.readdir(folder))
      if (!needed.has(name)) await fs.rm(path.join(folder, name), { force: true });
    const runner = new ImportRunner(options);
    runner.wake();
    return runner;
  }

  /** There is something new to take in. */
  wake(): void {
    this.#running ??= this.#workOn().finally(() => {
      this.#running = null;
      // One that came when the last had just been looked for.
      if (!this.#isClosing && this.options.imports.next()) this.wake();
    });
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the service ends'));
    await this.#running;
  }

  async #work(): Promise<void> {
    const { imports, onTrouble } = this.options;
    for (let next = imports.next(); next && !this.#isClosing; next = imports.next()) {
      try {
        imports.begin(next.id);
        await this.#takeIn(next);
        if (this.#isClosing) return;
        imports.end(next.id);
      } catch (error) {
        if (isPassing(error)) {
          await pause(AGAIN_MS, this.#closing.signal);
          continue;
        }
        const isExpected = error instanceof StreamprintError;
        if (!isExpected) onTrouble(`Import ${next.id} failed: ${stackOf(error)}`);
        imports.end(next.id, isExpected ? error.message : 'That is a fault of the service.');
      }
      await fs.rm(path.join(this.options.folder, next.id), { force: true });
    }
  }

  /** What can be wrong here is the disk: it is tried again until there is room. */
  async #workOn(): Promise<void> {
    while (!this.#isClosing)
      try {
        return await this.#work();
      } catch (error) {
        this.options.onTrouble(`Imports are put off: ${messageOf(error)}`);
        await pause(AGAIN_MS, this.#closing.signal);
      }
  }

  async #takeIn(next: Import): Promise<void> {
    const { imports, folder } = this.options;
    const last = imports.lastRow(next.id);
    for await (const row of rowsOf(path.join(folder, next.id), next.format)) {
      if (this.#isClosing) return;
      if (row.row > last) await this.#take(next, row);
    }
  }

  async #take(next: Import, { row, value, problems: unreadable }: ReadRow): Promise<void> {
    const { imports, read } = this.options;
    const fail = (asset: string | null, problems: readonly InputProblem[]) => {
      const errors = problems.slice(0, MAX_PROBLEMS).map(({ pointer, detail }) => ({
        pointer: pointerIn(next.format, pointer),
        detail,
      }));
      imports.note(next.id, { row, assetId: asset, errors });
    };
    if (value === null) return fail(null, unreadable);
    const said = read(value);
    if (!isAsset(said)) return fail(idIn(value), [...unreadable, ...said]);
    const { assetId: id, url, ...input } = said;
    const { facts, problems } = checkedFacts(input);
    const before = imports.rowOf(next.id, id);
    const wrong = [
      ...unreadable,
      ...problems,
      ...(before === null ? [] : [{ pointer: '/assetId', detail: `${id} was in row ${before} already.` }]),
    ];
    const source = url === undefined ? null : this.#sourceOf(url, wrong);
    if (wrong.length > 0) return fail(id, wrong);
    await this.#enter(next, row, assetId(id), facts, url === undefined ? null : { url, source: source! });
  }

  /** The asset, the job that fetches its media and what became of the row: all, or nothing. */
  async #enter(
    { id, catalogue, createdBy }: Import,
    row: number,
    asset: AssetId,
    facts: Partial<AssetFacts>,
    media: { readonly url: string; readonly source: string } | null,
  ): Promise<void> {
    const { imports, assets, keeper, jobs, onJob } = this.options;
    let known = await keeper.see(catalogue, asset);
    // Whoever changes it at the same time is heard first.
    while (known && Object.keys(facts).length > 0) {
      if (await keeper.update(known, known.version, facts)) break;
      known = await keeper.see(catalogue, asset);
    }
    imports.note(id, { row, assetId: asset, errors: [] }, () => {
      if (!assets.get(catalogue, asset))
        assets.create(catalogue, asset, wholeFacts({ ...facts, title: facts.title ?? asset }));
      if (!media) return null;
      const { url, source } = media;
      return jobs.insert({ catalogue, assetId: asset, title: null, source, url, file: null, createdBy }).id;
    });
    if (media) onJob();
  }

  #sourceOf(url: string, problems: InputProblem[]): string | null {
    try {
      return this.options.sourceOf(url);
    } catch (error) {
      problems.push({ pointer: '/url', detail: messageOf(error) });
      return null;
    }
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }
}

const isAsset = (said: ImportedAsset | readonly InputProblem[]): said is ImportedAsset =>
  !Array.isArray(said);

/** So that a row can be told by its asset, whatever else is wrong with it. */
function idIn(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null ? (value as { assetId?: unknown }).assetId : null;
  return typeof id === 'string' ? id.slice(0, 200) : null;
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
