import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Seconds } from '../../fingerprints/units.js';
import type { Registration, RegistrationOutcome, SharedContent, StatedAsset } from '../domain/catalogue.js';
import { StreamprintError } from '../domain/errors.js';
import { type FingerprintId, fingerprintId, type ReferenceId } from '../domain/ids.js';
import type { JobOptions } from '../media/job.js';
import { DEFAULT_LIMITS } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import { referenceIdOf } from '../reference-index/reference-id.js';
import type { ReferenceIndexWriter } from '../reference-index/reference-index.js';
import { isFingerprintFile, readFingerprintFile } from './fingerprint-file.js';
import { RegistrationQueue } from './registration-queue.js';
import { overlapsOf } from './shared/overlaps.js';

/** A still every so often, for pages and reports. */
const STILL_EVERY: Seconds = 5;

export interface MediaToRegister {
  /** The media on disk, or a fingerprint file. */
  readonly file: string;
  /** What to call it: its path, or the address that it came from. */
  readonly source: string;
  /** Asked for when the asset is written, and not before: a film takes minutes. What it throws passes. */
  readonly asset: () => StatedAsset | Promise<StatedAsset>;
}

export interface Registered {
  readonly referenceId: ReferenceId;
  readonly outcome: RegistrationOutcome;
  readonly duration: Seconds | null;
  /** What a person should know: parts that could not be decoded. */
  readonly notes: readonly string[];
  /** What a new reference shares with those of other assets. */
  readonly shared: readonly SharedContent[];
}

/** Runs work that changes the index, when it may be changed. */
export type ChangeIndex = <T>(work: (index: ReferenceIndexWriter) => Promise<T>) => Promise<T>;

/** A registration of which only the asset is missing. */
type Made = Omit<Registration, 'asset'> & { readonly notes: readonly string[] };

/** Fingerprints media files and registers them. Many at once are written in batches. */
export class MediaRegistrar {
  readonly #queue: RegistrationQueue;
  /** Work under way, by digest: the same bytes twice in one call are fingerprinted once. */
  readonly #underWay = new Map<FingerprintId, Promise<unknown>>();

  constructor(
    private readonly pool: () => Promise<MediaPool>,
    private readonly change: ChangeIndex,
  ) {
    this.#queue = new RegistrationQueue({ register: (batch) => change((index) => index.register(batch)) });
  }

  /**
   * Resolves when the reference is durable.
   * @throws StreamprintError that names the file; the signal's reason
   */
  async register(media: MediaToRegister, options: JobOptions = {}): Promise<Registered> {
    const { size, digest } = await digestOf(media.file, media.source);
    await this.#underWay.get(digest)?.catch(() => undefined);
    const work = this.#registerNow(media, { fingerprintId: digest, sourceBytes: size }, options);
    this.#underWay.set(digest, work);
    return work.finally(() => this.#underWay.get(digest) === work && this.#underWay.delete(digest));
  }

  async #registerNow(
    media: MediaToRegister,
    facts: Pick<Registration, 'fingerprintId' | 'sourceBytes'>,
    options: JobOptions,
  ): Promise<Registered> {
    const made = isFingerprintFile(media.file) ? fromFile(media) : null;
    const known = { ...facts, source: media.source, missing: { video: 0, audio: 0 }, ...made };
    const before = await this.#registerKnown(known, media);
    if (before) return before;
    return this.#enter(made ?? (await this.#fingerprint(media, facts, options)), media);
  }

  /** null = it is not fingerprinted yet. */
  #registerKnown(
    { fingerprintId: id, source, sourceBytes, missing }: Omit<Made, 'fingerprint' | 'stills' | 'notes'>,
    media: MediaToRegister,
  ): Promise<Registered | null> {
    return this.change(async (index) => {
      if (!(await index.hasFingerprint(id))) return null;
      const facts = { asset: await media.asset(), fingerprintId: id, source, sourceBytes, missing };
      const outcome = await index.registerExisting(facts);
      return { ...(await told(index, facts, outcome)), duration: null, notes: [] };
    });
  }

  async #fingerprint(
    { file, source }: MediaToRegister,
    facts: Pick<Registration, 'fingerprintId' | 'sourceBytes'>,
    options: JobOptions,
  ): Promise<Made> {
    const { fingerprint, stills, report } = await (await this.pool()).run(referenceTask(file), options);
    return { ...facts, source, fingerprint, stills, missing: report.missing, notes: report.warnings };
  }

  async #enter({ notes, ...made }: Made, media: MediaToRegister): Promise<Registered> {
    const registration: Registration = { ...made, asset: await media.asset() };
    const outcome = await this.#queue.add(registration);
    const { fingerprintId: id, fingerprint } = made;
    return this.change(async (index) => {
      await index.saveOverlaps(id, await overlapsOf(index, id, fingerprint));
      return { ...(await told(index, registration, outcome)), duration: fingerprint.duration, notes };
    });
  }
}

/** What is asked of the decoding process to fingerprint a file. */
export function referenceTask(file: string) {
  return { kind: 'reference', path: file, limits: DEFAULT_LIMITS, stillEvery: STILL_EVERY } as const;
}

function fromFile({ file, source: name }: MediaToRegister): Made {
  const { fingerprint, fingerprintId: id, source, sourceBytes, missing } = readFingerprintFile(file, name);
  return { fingerprint, fingerprintId: id, source, sourceBytes, missing, stills: [], notes: [] };
}

async function told(
  index: ReferenceIndexWriter,
  { asset, fingerprintId: id }: Pick<Registration, 'asset' | 'fingerprintId'>,
  outcome: RegistrationOutcome,
): Promise<Pick<Registered, 'referenceId' | 'outcome' | 'shared'>> {
  const referenceId = referenceIdOf(asset.catalogue, asset.id, id);
  const shared = outcome === 'added' ? await index.sharedContent({ referenceId }) : [];
  return { referenceId, outcome, shared };
}

/** Size and SHA-256 of a file. @throws SP_INPUT_MISSING */
export async function digestOf(
  file: string,
  source: string,
): Promise<{ readonly size: number; readonly digest: FingerprintId }> {
  const hash = createHash('sha256');
  try {
    const { size } = await fs.stat(file);
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
    return { size, digest: fingerprintId(hash.digest('hex')) };
  } catch (cause) {
    throw new StreamprintError('SP_INPUT_MISSING', `${source} does not exist or cannot be read.`, { cause });
  }
}
