import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Seconds } from '../../fingerprints/units.js';
import type { Registration, RegistrationOutcome, SharedContent, StatedAsset } from '../domain/catalogue.js';
import { StreamprintError } from '../domain/errors.js';
import { type FingerprintId, fingerprintId } from '../domain/ids.js';
import { DEFAULT_LIMITS } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import { referenceIdOf } from '../reference-index/reference-id.js';
import type { ReferenceIndexWriter } from '../reference-index/reference-index.js';
import { RegistrationQueue } from './registration-queue.js';
import { overlapsOf } from './shared/overlaps.js';

/** A still every so often, for pages and reports. */
const STILL_EVERY: Seconds = 5;

export interface MediaToRegister {
  /** The media on disk. */
  readonly file: string;
  /** What to call it: its path, or the address that it came from. */
  readonly source: string;
  readonly asset: StatedAsset;
}

export interface Registered {
  readonly outcome: RegistrationOutcome;
  readonly duration: Seconds | null;
  /** What a person should know: parts that could not be decoded. */
  readonly notes: readonly string[];
  /** What a new reference shares with those of other assets. */
  readonly shared: readonly SharedContent[];
}

/** Fingerprints media files and registers them. Many at once are written in batches. */
export class MediaRegistrar {
  readonly #queue: RegistrationQueue;
  /** Work under way, by digest: the same bytes twice in one call are fingerprinted once. */
  readonly #underWay = new Map<FingerprintId, Promise<unknown>>();

  constructor(
    private readonly pool: MediaPool,
    private readonly index: ReferenceIndexWriter,
  ) {
    this.#queue = new RegistrationQueue(index);
  }

  /** Resolves when the reference is durable. @throws StreamprintError that names the file */
  async register(media: MediaToRegister): Promise<Registered> {
    const { size, digest } = await digestOf(media.file, media.source);
    await this.#underWay.get(digest)?.catch(() => undefined);
    const facts = { asset: media.asset, fingerprintId: digest, source: media.source, sourceBytes: size };
    if (await this.index.hasFingerprint(digest)) {
      const missing = { video: 0, audio: 0 };
      const outcome = await this.index.registerExisting({ ...facts, missing });
      return { outcome, duration: null, notes: [], shared: await this.#shared(outcome, facts) };
    }
    const work = this.#fingerprint(media, facts);
    this.#underWay.set(digest, work);
    return work.finally(() => this.#underWay.delete(digest));
  }

  async #fingerprint(
    media: MediaToRegister,
    facts: Pick<Registration, 'asset' | 'fingerprintId' | 'source' | 'sourceBytes'>,
  ): Promise<Registered> {
    const { fingerprint, stills, report } = await this.pool.run({
      kind: 'reference',
      path: media.file,
      limits: DEFAULT_LIMITS,
      stillEvery: STILL_EVERY,
    });
    const registration: Registration = { ...facts, fingerprint, stills, missing: report.missing };
    const outcome = await this.#queue.add(registration);
    const id = facts.fingerprintId;
    await this.index.saveOverlaps(id, await overlapsOf(this.index, id, fingerprint));
    const shared = await this.#shared(outcome, facts);
    return { outcome, duration: fingerprint.duration, notes: report.warnings, shared };
  }

  async #shared(
    outcome: RegistrationOutcome,
    { asset, fingerprintId: id }: Pick<Registration, 'asset' | 'fingerprintId'>,
  ): Promise<SharedContent[]> {
    if (outcome !== 'added') return [];
    return this.index.sharedContent({ referenceId: referenceIdOf(asset.catalogue, asset.id, id) });
  }
}

async function digestOf(file: string, source: string): Promise<{ size: number; digest: FingerprintId }> {
  const hash = createHash('sha256');
  try {
    const { size } = await fs.stat(file);
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
    return { size, digest: fingerprintId(hash.digest('hex')) };
  } catch (cause) {
    throw new StreamprintError('SP_INPUT_MISSING', `${source} does not exist or cannot be read.`, { cause });
  }
}
