import type { Asset, Registration } from '../../domain/catalogue.js';
import {
  type AssetId,
  type FingerprintId,
  type ReferenceId,
  referenceId,
  type UtcMillis,
} from '../../domain/ids.js';
import type { Interval, Modality } from '../../domain/match.js';
import type { Overlap } from '../reference-index.js';
import { CatalogueReader } from './catalogue-reader.js';
import type { FingerprintPlace } from './segment-table.js';

/** What a registration says about its reference. */
export type ReferenceRecord = Omit<Registration, 'fingerprint' | 'stills' | 'asset' | 'registeredAt'> & {
  readonly id: ReferenceId;
  readonly catalogue: string;
  readonly assetId: AssetId;
  readonly registeredAt: UtcMillis;
};

/** The changes that the embedded index makes to its records; several together in one `transaction`. */
export class CatalogueWriter extends CatalogueReader {
  transaction<T>(work: () => T): T {
    return this.database.transaction(work);
  }

  /** One above every number that was ever committed: no name of a segment file comes twice. */
  nextSegmentNumber(): number {
    const row = this.database.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'segments'");
    return (row?.seq ?? 0) + 1;
  }

  putAsset(asset: Asset): void {
    this.database.run(
      'INSERT OR REPLACE INTO assets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      asset.catalogue,
      asset.id,
      asset.title,
      asset.eidr,
      asset.isan,
      asset.isrc,
      asset.rightsHolder,
      JSON.stringify(asset.territories),
      asset.validFrom,
      asset.validTo,
      JSON.stringify(asset.excluded.map(({ start, end }) => [start, end])),
    );
    this.database.run(
      'INSERT OR REPLACE INTO outbox (reference) SELECT id FROM "references" WHERE catalogue = ? AND asset_id = ?',
      asset.catalogue,
      asset.id,
    );
  }

  addSegment(number: number, bytes: number): void {
    this.database.run('INSERT INTO segments VALUES (?, ?)', number, bytes);
  }

  addFingerprint(place: FingerprintPlace, segment: number, ordinal: number, stillBytes: number): void {
    this.database.run(
      `INSERT INTO fingerprints (id, segment, ordinal, duration, has_video, audio_tracks, still_bytes)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      place.id,
      segment,
      ordinal,
      place.duration,
      place.hasVideo ? 1 : 0,
      place.tracks.length,
      stillBytes,
    );
  }

  moveFingerprint(id: FingerprintId, segment: number, ordinal: number): void {
    this.database.run('UPDATE fingerprints SET segment = ?, ordinal = ? WHERE id = ?', segment, ordinal, id);
  }

  restoreFingerprint(id: FingerprintId): void {
    this.database.run('UPDATE fingerprints SET removed = 0 WHERE id = ?', id);
  }

  addReference(record: ReferenceRecord): void {
    this.database.run(
      'INSERT INTO "references" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      record.id,
      record.catalogue,
      record.assetId,
      record.fingerprintId,
      record.source,
      record.sourceBytes,
      record.registeredAt,
      record.missing.video,
      record.missing.audio,
    );
    this.noteChange(record.id);
  }

  /** Its fingerprint is removed with it, unless another reference uses it. */
  deleteReference(id: ReferenceId, fingerprint: FingerprintId): void {
    this.database.run('DELETE FROM "references" WHERE id = ?', id);
    this.noteChange(id);
    this.database.run(
      `UPDATE fingerprints SET removed = 1, compared = 0
       WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM "references" WHERE fingerprint_id = ?1)`,
      fingerprint,
    );
    if (this.fingerprint(fingerprint)?.removed) this.deleteOverlaps(fingerprint);
  }

  /** Keeps what a fingerprint shares with others that are there, instead of what was kept before. */
  putOverlaps(id: FingerprintId, overlaps: readonly Overlap[]): void {
    this.deleteOverlaps(id);
    if (this.fingerprint(id)?.removed !== false) return;
    for (const { other, own, others, modality, score } of overlaps) {
      if (this.fingerprint(other)?.removed !== false) continue;
      this.addOverlap(id, other, own, others, modality, score);
      this.addOverlap(other, id, others, own, modality, score);
    }
    this.database.run('UPDATE fingerprints SET compared = 1 WHERE id = ?', id);
  }

  private addOverlap(
    own: FingerprintId,
    other: FingerprintId,
    owns: Interval,
    others: Interval,
    modality: Modality,
    score: number,
  ): void {
    this.database.run(
      'INSERT INTO overlaps VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      own,
      other,
      owns.start,
      owns.end,
      others.start,
      others.end,
      modality,
      score,
    );
  }

  private deleteOverlaps(id: FingerprintId): void {
    this.database.run('DELETE FROM overlaps WHERE own = ?1 OR other = ?1', id);
  }

  deleteAsset(catalogue: string, id: AssetId): void {
    this.database.run('DELETE FROM assets WHERE catalogue = ? AND id = ?', catalogue, id);
  }

  deleteFingerprint(id: FingerprintId): void {
    this.database.run('DELETE FROM fingerprints WHERE id = ?', id);
  }

  deleteSegment(number: number): void {
    this.database.run('DELETE FROM segments WHERE number = ?', number);
  }

  /** The bus is to be told of a reference. */
  private noteChange(id: ReferenceId): void {
    this.database.run('INSERT OR REPLACE INTO outbox (reference) VALUES (?)', id);
  }

  noteAll(): number {
    return this.database.run('INSERT OR REPLACE INTO outbox (reference) SELECT id FROM "references"');
  }

  /** Changes after a number, in order. */
  changes(after: number, limit: number): { change: number; reference: ReferenceId }[] {
    return this.database
      .all<{ change: number; reference: string }>(
        'SELECT change, reference FROM outbox WHERE change > ? ORDER BY change LIMIT ?',
        after,
        limit,
      )
      .map(({ change, reference }) => ({ change, reference: referenceId(reference) }));
  }

  deleteChange(change: number): void {
    this.database.run('DELETE FROM outbox WHERE change = ?', change);
  }
}
