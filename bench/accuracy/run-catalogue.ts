import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import type { Seconds } from '../../fingerprints/units.js';
import { assetFromName } from '../../src/catalogue/metadata.js';
import type { Registration } from '../../src/domain/catalogue.js';
import { assetId, type FingerprintId, fingerprintId } from '../../src/domain/ids.js';
import type { Interval } from '../../src/domain/match.js';
import { DEFAULT_LIMITS } from '../../src/media/limits.js';
import type { MediaPool } from '../../src/media/media-pool.js';
import { openEmbeddedIndexWriter } from '../../src/reference-index/embedded/index.js';
import type { ReferenceIndex, ReferenceIndexWriter } from '../../src/reference-index/reference-index.js';
import { registerOthers } from '../lib/whole-way.js';
import { repeatsOf, type TitleSound } from './repeats.js';
import { ahead } from './run-ahead.js';
import { Progress, say } from './run-progress.js';
import type { Title } from './types.js';

/** Other references are made from so many real fingerprints. */
const REAL = 16;

/** The titles of one split and hours of other references, in a data directory of their own. */
export class Catalogue {
  readonly #byId: ReadonlyMap<string, Title>;
  readonly #byFingerprint: ReadonlyMap<FingerprintId, string>;

  private constructor(
    private readonly writer: ReferenceIndexWriter,
    readonly titles: readonly Title[],
    private readonly sounds: ReadonlyMap<string, TitleSound>,
    private readonly folder: string,
  ) {
    this.#byId = new Map(titles.map((title) => [title.id, title]));
    this.#byFingerprint = new Map(titles.map(({ id }) => [fingerprintOf(id), id]));
  }

  /**
   * @param strangers titles of the other split: the other references are made from some of them, so that these
   *   have nothing to do with the titles either
   */
  static async build(
    pool: MediaPool,
    titles: readonly Title[],
    strangers: readonly Title[],
    hours: number,
  ): Promise<Catalogue> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-accuracy-'));
    const index = await openEmbeddedIndexWriter(folder);
    const registrations = await fingerprintAll('registering titles', pool, titles);
    await index.register(registrations);
    const whole = strangers.filter((title) => title.hasVideo && title.hasAudio).slice(0, REAL);
    const real = await fingerprintAll(
      'fingerprints for other references',
      pool,
      whole.length > 0 ? whole : titles,
    );
    say(`registering ${hours} h of other references …`);
    await registerOthers(index, completed(real), hours);
    return new Catalogue(index, titles, await soundsOf(pool, titles, registrations), folder);
  }

  get index(): ReferenceIndex {
    return this.writer;
  }

  /** Registers one more title, with third-party material that never claims. @returns what takes it out again */
  async add(pool: MediaPool, title: Title, excluded: readonly Interval[]): Promise<() => Promise<void>> {
    const [registration] = await fingerprintAll('registering a title', pool, [title]);
    const { asset } = registration!;
    await this.writer.register([{ ...registration!, asset: { ...asset, excluded } }]);
    return async () => {
      await this.writer.removeAsset(asset.catalogue, asset.id);
    };
  }

  /** Whether a title of the catalogue shares content with something made of these source media. */
  shares(titleId: string, sources: readonly string[]): boolean {
    return this.#byId.get(titleId)?.sources.some((source) => sources.includes(source)) ?? false;
  }

  /** The title that a fingerprint is of; null for the other references. */
  titleOf(id: FingerprintId): string | null {
    return this.#byFingerprint.get(id) ?? null;
  }

  /** Where else a title sounds as it does in a stretch of it. */
  repeats(titleId: string, stretch: Interval): Seconds[] {
    const sound = this.sounds.get(titleId);
    return sound ? repeatsOf(sound, stretch) : [];
  }

  async close(): Promise<void> {
    await this.writer.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** By title, of those that have any. */
async function soundsOf(
  pool: MediaPool,
  titles: readonly Title[],
  registrations: readonly Registration[],
): Promise<ReadonlyMap<string, TitleSound>> {
  const sounds = new Map<string, TitleSound>();
  const words = new Map(
    registrations.map((one) => [one.asset.id as string, one.fingerprint.audio[0]?.words]),
  );
  const hear = ({ file }: Title) =>
    pool.run({
      kind: 'segment',
      path: file,
      limits: DEFAULT_LIMITS,
      pictures: 'none',
      audioState: null,
      last: true,
    });
  for await (const { item, value, error } of ahead(
    titles.filter(({ hasAudio }) => hasAudio),
    3,
    hear,
  )) {
    if (error) throw new Error(`The sound of ${item.id} cannot be read: ${error.message}`, { cause: error });
    const ofTitle = words.get(item.id);
    if (ofTitle && value.audio) sounds.set(item.id, { words: ofTitle, features: value.audio });
  }
  return sounds;
}

async function fingerprintAll(
  what: string,
  pool: MediaPool,
  titles: readonly Title[],
): Promise<Registration[]> {
  const progress = new Progress(what, titles.length, 'titles');
  const registrations: Registration[] = [];
  const work = (title: Title) =>
    pool.run({ kind: 'reference', path: title.file, limits: DEFAULT_LIMITS, stillEvery: 0 });
  for await (const { item, value, error } of ahead(titles, 3, work)) {
    if (error)
      throw new Error(`The title ${item.id} cannot be registered: ${error.message}`, { cause: error });
    registrations.push(registrationOf(item, value.fingerprint));
    progress.step();
  }
  return registrations;
}

function registrationOf(title: Title, fingerprint: ReferenceFingerprint): Registration {
  return {
    asset: { ...assetFromName('titles', title.id), id: assetId(title.id) },
    fingerprintId: fingerprintOf(title.id),
    fingerprint,
    stills: [],
    source: title.file,
    sourceBytes: fs.statSync(title.file).size,
    missing: { video: 0, audio: 0 },
  };
}

function fingerprintOf(titleId: string): FingerprintId {
  return fingerprintId(createHash('sha256').update(titleId).digest('hex'));
}

/** Fingerprints with pictures and sound: where none has both, the parts of several are put together. */
function completed(registrations: readonly Registration[]): ReferenceFingerprint[] {
  const all = registrations.map((registration) => registration.fingerprint);
  const whole = all.filter((one) => one.video !== null && one.audio.length > 0);
  if (whole.length > 0) return whole;
  const seen = all.find((one) => one.video !== null);
  const heard = all.find((one) => one.audio.length > 0);
  const duration = Math.min(...[seen, heard].map((one) => one?.duration ?? Number.POSITIVE_INFINITY));
  return [{ duration, video: seen?.video ?? null, audio: heard?.audio ?? [] }];
}
