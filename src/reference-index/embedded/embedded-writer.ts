import fs from 'node:fs';
import type { ReferenceFingerprint } from '../../../fingerprints/types.js';
import type { Asset, Registration, RegistrationOutcome } from '../../domain/catalogue.js';
import { StreamprintError } from '../../domain/errors.js';
import { type AssetId, type FingerprintId, type ReferenceId, utcMillis } from '../../domain/ids.js';
import type { Interval } from '../../domain/match.js';
import { Database } from '../../storage/database.js';
import { diskError, isUncertain } from '../../storage/disk-errors.js';
import { prepareSchema } from '../../storage/schema.js';
import { Serial } from '../../storage/serial.js';
import { acquireWriterLock, type WriterLock } from '../../storage/writer-lock.js';
import { referenceIdOf } from '../reference-id.js';
import type { CatalogueChange, CatalogueOutbox, Overlap, ReferenceIndexWriter } from '../reference-index.js';
import { checkRegistration, noAsset, type RegistrationRecord } from '../registration.js';
import { deleteBatch, recordBatch, writeBatch } from './batch-files.js';
import { CATALOGUE_SCHEMA } from './catalogue-schema.js';
import { CatalogueWriter } from './catalogue-writer.js';
import { EmbeddedIndex } from './embedded-index.js';
import { fingerprintsOf } from './fingerprint-reader.js';
import type { Layout } from './layout.js';
import { deleteLeftovers } from './leftovers.js';
import { Maintenance } from './maintenance.js';
import { enter } from './registration.js';

/** Registering waits for merges while there are more segments than this. */
const MANY_SEGMENTS = 100;

/** The one writer of the index in a data directory: changes come one after the other, merges run beside them. */
export class EmbeddedIndexWriter extends EmbeddedIndex implements ReferenceIndexWriter, CatalogueOutbox {
  private readonly changes = new Serial();
  private readonly maintenance: Maintenance;
  private nextNumber: number;

  private constructor(
    layout: Layout,
    private readonly catalogue: CatalogueWriter,
    private readonly lock: WriterLock,
    private readonly now: () => number,
  ) {
    super(layout, catalogue);
    this.nextNumber = catalogue.nextSegmentNumber();
    this.maintenance = new Maintenance({
      layout,
      records: catalogue,
      changes: this.changes,
      segments: this.segments,
      takeNumber: () => this.nextNumber++,
      reload: () => this.reload(),
    });
  }

  /**
   * Opens an index for writing, creates it where there is none, and upgrades an older one after a copy.
   * Throws SP_DATA_LOCKED, SP_DATA_VERSION, SP_DATA_CORRUPT or SP_DISK_FULL.
   * @param now the clock that registrations are dated by, ms since 1970
   */
  static async openWriter(layout: Layout, now: () => number): Promise<EmbeddedIndexWriter> {
    const lock = acquireWriterLock(layout.root, CATALOGUE_SCHEMA.what);
    try {
      fs.mkdirSync(layout.segments, { recursive: true });
      fs.mkdirSync(layout.stills, { recursive: true });
      const database = Database.open(layout.database);
      prepareSchema(database, CATALOGUE_SCHEMA);
      const catalogue = new CatalogueWriter(database);
      deleteLeftovers(layout, catalogue);
      const index = new EmbeddedIndexWriter(layout, catalogue, lock, now);
      index.reload();
      index.maintenance.start();
      return index;
    } catch (error) {
      lock.release();
      throw diskError(layout.root, error);
    }
  }

  /** What the last merge in the background failed with, if it did. It is tried again at the next change. */
  get mergeTrouble(): unknown {
    return this.maintenance.trouble;
  }

  async hasFingerprint(id: FingerprintId): Promise<boolean> {
    return this.catalogue.fingerprint(id)?.removed === false;
  }

  async register(batch: readonly Registration[]): Promise<RegistrationOutcome[]> {
    for (const registration of batch) checkRegistration(registration);
    if (this.segments.segments.length > MANY_SEGMENTS) await this.maintenance.idle();
    return this.change(() => this.enterAll(batch, () => undefined));
  }

  async registerExisting(registration: RegistrationRecord): Promise<RegistrationOutcome> {
    return this.change(async () => {
      if (!this.catalogue.fingerprint(registration.fingerprintId)) {
        throw new StreamprintError(
          'SP_NOT_FOUND',
          `Nothing is fingerprinted for the bytes of ${registration.source}.`,
        );
      }
      return this.catalogue.transaction(() => this.enterOne(registration));
    });
  }

  async replaceReference(old: ReferenceId, registration: Registration): Promise<RegistrationOutcome> {
    checkRegistration(registration);
    return this.change(async () => {
      const reference = this.catalogue.reference(old);
      if (!reference) throw new StreamprintError('SP_NOT_FOUND', `There is no reference ${old} to replace.`);
      const { asset, fingerprintId } = registration;
      const same = referenceIdOf(asset.catalogue, asset.id, fingerprintId) === old;
      const [outcome] = await this.enterAll([registration], () => {
        if (!same) this.catalogue.deleteReference(old, reference.fingerprintId);
      });
      return !same && outcome === 'unchanged' ? 'updated' : outcome!;
    });
  }

  async removeReference(id: ReferenceId): Promise<boolean> {
    return this.change(async () => {
      const reference = this.catalogue.reference(id);
      if (!reference) return false;
      this.catalogue.transaction(() => this.catalogue.deleteReference(id, reference.fingerprintId));
      return true;
    });
  }

  async removeAsset(catalogue: string, id: AssetId): Promise<number> {
    return this.change(async () => {
      const references = this.catalogue.references(catalogue, id);
      this.catalogue.transaction(() => {
        for (const reference of references)
          this.catalogue.deleteReference(reference.id, reference.fingerprintId);
        this.catalogue.deleteAsset(catalogue, id);
      });
      return references.length;
    });
  }

  async saveOverlaps(id: FingerprintId, overlaps: readonly Overlap[]): Promise<void> {
    return this.change(async () =>
      this.catalogue.transaction(() => this.catalogue.putOverlaps(id, overlaps)),
    );
  }

  async setAsset(asset: Asset): Promise<void> {
    await this.restate(asset.catalogue, asset.id, () => asset);
  }

  async setExcluded(catalogue: string, id: AssetId, excluded: readonly Interval[]): Promise<void> {
    await this.restate(catalogue, id, (asset) => ({ ...asset, excluded }));
  }

  async unpublished(after: number, limit: number): Promise<CatalogueChange[]> {
    return this.catalogue.changes(after, limit).map(({ change, reference: id }) => {
      const reference = this.catalogue.reference(id);
      const asset = reference && this.catalogue.asset(reference.catalogue, reference.assetId);
      return { change, id, now: reference && asset ? { reference, asset } : null };
    });
  }

  async fingerprintsOf(ids: readonly FingerprintId[]): Promise<Map<FingerprintId, ReferenceFingerprint>> {
    return fingerprintsOf(ids, this.segments);
  }

  async published(changes: readonly number[]): Promise<void> {
    return this.change(async () =>
      this.catalogue.transaction(() => {
        for (const change of changes) this.catalogue.deleteChange(change);
      }),
    );
  }

  async republish(): Promise<number> {
    return this.change(async () => this.catalogue.transaction(() => this.catalogue.noteAll()));
  }

  async compact(): Promise<void> {
    await this.maintenance.compact();
  }

  /**
   * Waits for the changes that were begun and for the merges that are due: half a minute in the worst case, once in
   * a thousand hours of references. Without it, programs that register and end would pile up segments.
   */
  override async close(): Promise<void> {
    await this.changes.idle();
    await this.maintenance.idle();
    await super.close();
    this.lock.release();
  }

  /** Changes what is said of an asset. Throws SP_NOT_FOUND. */
  private async restate(catalogue: string, id: AssetId, change: (asset: Asset) => Asset): Promise<void> {
    await this.change(async () =>
      this.catalogue.transaction(() => {
        const asset = this.catalogue.asset(catalogue, id);
        if (!asset) throw noAsset(catalogue, id);
        this.catalogue.putAsset(change(asset));
      }),
    );
  }

  /** Runs one change after those before it, shows its result to look-ups, and lets merges follow. */
  private async change<T>(work: () => Promise<T>): Promise<T> {
    return this.changes.run(async () => {
      try {
        const result = await work();
        this.reload();
        this.maintenance.start();
        return result;
      } catch (error) {
        throw diskError(this.layout.root, error);
      }
    });
  }

  /** Writes what is new to files, and then enters everything, and what `also` does, in one transaction. */
  private async enterAll(batch: readonly Registration[], also: () => void): Promise<RegistrationOutcome[]> {
    const fresh = new Map<FingerprintId, Registration>();
    for (const registration of batch) {
      if (!this.catalogue.fingerprint(registration.fingerprintId))
        fresh.set(registration.fingerprintId, registration);
    }
    const files =
      fresh.size > 0 ? await writeBatch([...fresh.values()], this.nextNumber++, this.layout) : null;
    try {
      return this.catalogue.transaction(() => {
        if (files) recordBatch(files, this.catalogue);
        const outcomes = batch.map((registration) => this.enterOne(registration));
        also();
        return outcomes;
      });
    } catch (error) {
      if (files && !isUncertain(error)) deleteBatch(files, this.layout);
      throw error;
    }
  }

  private enterOne(registration: RegistrationRecord): RegistrationOutcome {
    return enter(registration, this.catalogue, utcMillis(this.now()));
  }
}
