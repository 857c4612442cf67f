import type { Seconds } from '../../../fingerprints/units.js';
import type { Asset, Reference, SharedContent } from '../../domain/catalogue.js';
import type { AssetId, ReferenceId } from '../../domain/ids.js';
import { assetId, type FingerprintId, fingerprintId, referenceId, utcMillis } from '../../domain/ids.js';
import { liveStartOf } from '../../domain/live-reference.js';
import type { Interval } from '../../domain/match.js';
import type { Database, Row } from '../../storage/database.js';
import type { ReferenceOfAsset, SharedContentFilter } from '../reference-index.js';
import { sharedContentIn } from './catalogue-overlaps.js';

interface AssetRow extends Row {
  catalogue: string;
  id: string;
  title: string;
  eidr: string | null;
  isan: string | null;
  isrc: string | null;
  rights_holder: string | null;
  territories: string;
  valid_from: string | null;
  valid_to: string | null;
  excluded: string;
}

interface ReferenceRow extends Row {
  id: string;
  catalogue: string;
  asset_id: string;
  fingerprint_id: string;
  source: string;
  source_bytes: number;
  registered_at: number;
  missing_video: number;
  missing_audio: number;
  duration: number;
  has_video: number;
  audio_tracks: number;
}

export interface FingerprintRecord {
  readonly removed: boolean;
  readonly segment: number;
}

/** Which segments are live, and which of their fingerprints were removed. */
export interface LiveSegments {
  readonly numbers: readonly number[];
  /** Ordinals by segment. */
  readonly removed: ReadonlyMap<number, ReadonlySet<number>>;
}

export interface Totals {
  readonly assets: number;
  readonly references: number;
  readonly hours: number;
  readonly removedWaiting: number;
  readonly segmentBytes: number;
  readonly stillBytes: number;
}

const REFERENCES = `SELECT r.*, f.duration, f.has_video, f.audio_tracks FROM "references" r
  JOIN fingerprints f ON f.id = r.fingerprint_id`;
/** Null stands for any. */
const OF_ASSET = 'WHERE (?1 IS NULL OR r.catalogue = ?1) AND (?2 IS NULL OR r.asset_id = ?2)';

/** The questions that the embedded index asks its records. */
export class CatalogueReader {
  constructor(protected readonly database: Database) {}

  liveSegments(): LiveSegments {
    return this.database.snapshot(() => {
      const numbers = this.database
        .all<{ number: number }>('SELECT number FROM segments ORDER BY number')
        .map(({ number }) => number);
      const removed = new Map<number, Set<number>>();
      const rows = this.database.all<{ segment: number; ordinal: number }>(
        'SELECT segment, ordinal FROM fingerprints WHERE removed = 1',
      );
      for (const { segment, ordinal } of rows) {
        const ordinals = removed.get(segment);
        if (ordinals) ordinals.add(ordinal);
        else removed.set(segment, new Set([ordinal]));
      }
      return { numbers, removed };
    });
  }

  assets(catalogue: string | null): Asset[] {
    return this.database
      .all<AssetRow>(
        'SELECT * FROM assets WHERE ?1 IS NULL OR catalogue = ?1 ORDER BY catalogue, title, id',
        catalogue,
      )
      .map(assetOf);
  }

  asset(catalogue: string, id: AssetId): Asset | null {
    const row = this.database.get<AssetRow>(
      'SELECT * FROM assets WHERE catalogue = ? AND id = ?',
      catalogue,
      id,
    );
    return row ? assetOf(row) : null;
  }

  references(catalogue: string | null, asset: AssetId | null): Reference[] {
    return this.database
      .all<ReferenceRow>(
        `${REFERENCES} ${OF_ASSET} ORDER BY r.catalogue, r.asset_id, r.registered_at, r.id`,
        catalogue,
        asset,
      )
      .map(referenceOf);
  }

  reference(id: ReferenceId): Reference | null {
    const row = this.database.get<ReferenceRow>(`${REFERENCES} WHERE r.id = ?`, id);
    return row ? referenceOf(row) : null;
  }

  /** Every asset that a fingerprint is registered for. */
  referencesOf(id: FingerprintId): ReferenceOfAsset[] {
    return this.database
      .all<{
        id: string;
        catalogue: string;
        asset_id: string;
        title: string;
        excluded: string;
        source: string;
      }>(
        `SELECT r.id, r.catalogue, r.asset_id, r.source, a.title, a.excluded FROM "references" r
         JOIN assets a ON a.catalogue = r.catalogue AND a.id = r.asset_id
         WHERE r.fingerprint_id = ? ORDER BY r.catalogue, r.asset_id`,
        id,
      )
      .map((row) => ({
        referenceId: referenceId(row.id),
        catalogue: row.catalogue,
        assetId: assetId(row.asset_id),
        title: row.title,
        excluded: intervalsOf(row.excluded),
        startsAt: liveStartOf(row.source),
      }));
  }

  fingerprint(id: FingerprintId): FingerprintRecord | null {
    const row = this.database.get<{ removed: number; segment: number }>(
      'SELECT removed, segment FROM fingerprints WHERE id = ?',
      id,
    );
    return row ? { removed: row.removed === 1, segment: row.segment } : null;
  }

  fingerprintIds(): FingerprintId[] {
    return this.database
      .all<{ id: string }>('SELECT id FROM fingerprints')
      .map(({ id }) => fingerprintId(id));
  }

  sharedContent(filter: SharedContentFilter): SharedContent[] {
    return sharedContentIn(this.database, filter);
  }

  uncompared(): FingerprintId[] {
    return this.database
      .all<{ id: string }>('SELECT id FROM fingerprints WHERE removed = 0 AND compared = 0 ORDER BY id')
      .map(({ id }) => fingerprintId(id));
  }

  totals(): Totals {
    const totals = this.database.get<Row & Totals>(
      `SELECT (SELECT count(*) FROM assets) AS assets,
              (SELECT count(*) FROM "references") AS "references",
              (SELECT total(duration) / 3600 FROM fingerprints WHERE removed = 0) AS hours,
              (SELECT count(*) FROM fingerprints WHERE removed = 1) AS removedWaiting,
              (SELECT coalesce(sum(bytes), 0) FROM segments) AS segmentBytes,
              (SELECT coalesce(sum(still_bytes), 0) FROM fingerprints) AS stillBytes`,
    );
    return totals!;
  }

  get bytes(): number {
    return this.database.bytes;
  }

  get dataVersion(): number {
    return this.database.dataVersion;
  }

  close(): void {
    this.database.close();
  }
}

function assetOf(row: AssetRow): Asset {
  return {
    catalogue: row.catalogue,
    id: assetId(row.id),
    title: row.title,
    eidr: row.eidr,
    isan: row.isan,
    isrc: row.isrc,
    rightsHolder: row.rights_holder,
    territories: JSON.parse(row.territories) as string[],
    validFrom: row.valid_from,
    validTo: row.valid_to,
    excluded: intervalsOf(row.excluded),
  };
}

/** As `CatalogueWriter` wrote them: pairs of seconds. */
function intervalsOf(stored: string): Interval[] {
  return (JSON.parse(stored) as [Seconds, Seconds][]).map(([start, end]) => ({ start, end }));
}

function referenceOf(row: ReferenceRow): Reference {
  return {
    id: referenceId(row.id),
    catalogue: row.catalogue,
    assetId: assetId(row.asset_id),
    fingerprintId: fingerprintId(row.fingerprint_id),
    source: row.source,
    sourceBytes: row.source_bytes,
    registeredAt: utcMillis(row.registered_at),
    duration: row.duration,
    hasVideo: row.has_video === 1,
    audioTracks: row.audio_tracks,
    missing: { video: row.missing_video, audio: row.missing_audio },
  };
}
