import fs from 'node:fs/promises';
import path from 'node:path';
import type { ReferenceResult, SegmentResult } from '../../workers/protocol.js';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { DEFAULT_LIMITS } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import type { Lookup, LookupResult, LookupStore } from './lookup-store.js';
import { decodeWhole } from './match-media.js';

/** Of longer clips the beginning is looked up, s. */
export const LONGEST_CLIP = 900;
/** Bytes of a clip, at most. */
export const MAX_CLIP_BYTES = 1024 ** 3;

/** A clip, decoded: for the catalogue, and for the past; null where there is too little of it for that. */
export interface DecodedClip {
  readonly name: string;
  readonly decoded: Pick<SegmentResult, 'audio' | 'pictures' | 'start' | 'end' | 'report'>;
  readonly reference: Pick<ReferenceResult, 'fingerprint' | 'report'> | null;
}

/** Looks a clip up, beside all else. */
export interface ClipMatcher {
  look(clip: DecodedClip): Promise<LookupResult>;
}

export interface ClipLookupsOptions {
  readonly store: LookupStore;
  readonly matcher: ClipMatcher;
  /** Decodes; started when it is first asked for. */
  readonly pool: () => Promise<MediaPool>;
  /** Folder of clips; nobody else's. */
  readonly folder: string;
  /** Fetches media into a folder. Throws as `fetchPublicMedia` does. */
  readonly fetch: (url: string, folder: string, signal: AbortSignal) => Promise<{ readonly path: string }>;
  /** Told of faults of the program, one sentence each. */
  readonly onTrouble: (message: string) => void;
}

/** Looks clips up, one after the other. */
export class ClipLookups {
  readonly #closing = new AbortController();
  #working: Promise<void> | null = null;

  private constructor(private readonly options: ClipLookupsOptions) {}

  static async start(options: ClipLookupsOptions): Promise<ClipLookups> {
    const { store, folder } = options;
    await fs.mkdir(folder, { recursive: true });
    const needed = store.files();
    for (const name of await fs.readdir(folder))
      if (!needed.has(name)) await fs.rm(path.join(folder, name), { recursive: true, force: true });
    store.resume();
    const lookups = new ClipLookups(options);
    lookups.wake();
    return lookups;
  }

  /** Where an upload is put before it is added. */
  get folder(): string {
    return this.options.folder;
  }

  get store(): LookupStore {
    return this.options.store;
  }

  /** Accepts a clip. @param file its name in the folder; it is deleted when it was looked up */
  add(stated: Pick<Lookup, 'tenant' | 'name' | 'url' | 'file'>): Lookup {
    const lookup = this.options.store.add(stated);
    this.wake();
    return lookup;
  }

  wake(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  }

  /** What is begun is begun anew by the next process. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('look-ups are closed'));
    await this.#working;
  }

  async #work(): Promise<void> {
    const { signal } = this.#closing;
    const { store } = this.options;
    for (let lookup = store.begin(); lookup; lookup = signal.aborted ? null : store.begin()) {
      try {
        store.done(lookup.id, await this.#look(lookup));
      } catch (error) {
        if (signal.aborted) return;
        const isExpected = error instanceof StreamprintError;
        if (!isExpected) this.options.onTrouble(`Look-up ${lookup.id} failed: ${messageOf(error)}`);
        const message = isExpected ? shown(error.message, this.options.folder) : 'Something went wrong here.';
        store.failed(lookup.id, isExpected ? error.code : 'internal', message);
      }
      if (lookup.file) await fs.rm(path.join(this.options.folder, lookup.file), { force: true });
    }
  }

  async #look(lookup: Lookup): Promise<LookupResult> {
    const { folder, fetch, matcher } = this.options;
    const { signal } = this.#closing;
    if (lookup.file !== null) return matcher.look(await this.#decode(lookup, path.join(folder, lookup.file)));
    const fetched = await fetch(lookup.url ?? '', folder, signal);
    try {
      return await matcher.look(await this.#decode(lookup, fetched.path));
    } finally {
      await fs.rm(fetched.path, { force: true });
    }
  }

  async #decode({ name }: Lookup, file: string): Promise<DecodedClip> {
    const pool = await this.options.pool();
    const limits = { ...DEFAULT_LIMITS, maxDuration: LONGEST_CLIP };
    const decoded = await decodeWhole(pool, file, limits);
    const reference = await pool
      .run({ kind: 'reference', path: file, limits, stillEvery: 0 })
      .catch((error: unknown) => {
        if (error instanceof StreamprintError && error.code === 'SP_INPUT_TOO_SHORT') return null;
        throw error;
      });
    const { audio, pictures, start, end, report } = decoded;
    return { name, decoded: { audio, pictures, start, end, report }, reference };
  }
}

/** Where files lie is nobody's business. */
function shown(message: string, folder: string): string {
  return message.replaceAll(path.resolve(folder) + path.sep, '').replaceAll(folder + path.sep, '');
}
