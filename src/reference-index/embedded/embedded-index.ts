import fs from 'node:fs';
import type { ReferenceFingerprint } from '../../../fingerprints/types.js';
import { ROW_BYTES, type Seconds } from '../../../fingerprints/units.js';
import type { Asset, Reference, SharedContent, StillPicture } from '../../domain/catalogue.js';
import type { AssetId, FingerprintId } from '../../domain/ids.js';
import { Database } from '../../storage/database.js';
import { codeOf, diskError } from '../../storage/disk-errors.js';
import { schemaState } from '../../storage/schema.js';
import { checkedCount } from '../limits.js';
import type {
  IndexedFingerprint,
  IndexStats,
  LandmarkQuery,
  Nomination,
  PictureQuery,
  ReferenceIndex,
  RowRange,
  SharedContentFilter,
  WordRange,
} from '../reference-index.js';
import { CatalogueReader } from './catalogue-reader.js';
import { CATALOGUE_SCHEMA } from './catalogue-schema.js';
import { readFingerprints } from './fingerprint-reader.js';
import { nominateByLandmarks } from './landmark-search.js';
import type { Layout } from './layout.js';
import type { LookUpLosses } from './look-up-losses.js';
import { nominateByPictures } from './picture-search.js';
import { ReadAhead } from './read-ahead.js';
import type { Segment } from './segment.js';
import { corrupt } from './segment-format.js';
import { SegmentSet } from './segment-set.js';
import { nearestStill, stillTimes } from './stills-file.js';

const STILL_REACH: Seconds = 10;
/** Between reading which segments there are and opening them, a writer may have merged them. */
const OPEN_ATTEMPTS = 5;

export interface ReaderOptions {
  /** Whether what may be kept in memory is read before it is asked for, in the pauses between other work (default: no). */
  readonly readAhead?: boolean;
}

/** The index in a data directory, read in place: segments of postings, and records in SQLite. */
export class EmbeddedIndex implements ReferenceIndex {
  readonly losses: LookUpLosses = { commonTerms: 0, landmarks: 0, terms: 0, chunks: 0 };
  protected readonly segments: SegmentSet;
  private seenVersion = -1;
  /** Null = not summed up since the segments changed. */
  private knownHours: number | null = null;
  private readonly ahead: ReadAhead | null;

  /** @param records null where there is no index yet */
  protected constructor(
    protected readonly layout: Layout,
    private records: CatalogueReader | null,
    { readAhead = false }: ReaderOptions = {},
  ) {
    this.segments = new SegmentSet(layout);
    this.ahead = readAhead ? new ReadAhead(this.segments) : null;
  }

  /** Opens an index for reading; where there is none yet, an empty one, until a `refresh` finds it. */
  static async openReader(layout: Layout, options: ReaderOptions): Promise<EmbeddedIndex> {
    const index = new EmbeddedIndex(layout, null, options);
    try {
      await index.refresh();
    } catch (error) {
      await index.close();
      throw error;
    }
    return index;
  }

  async refresh(): Promise<void> {
    this.records ??= this.findRecords();
    const version = this.records?.dataVersion ?? -1;
    if (version === this.seenVersion) return;
    this.reload();
    this.seenVersion = version;
  }

  async nominateByLandmarks(query: LandmarkQuery, limit: number): Promise<Nomination[]> {
    return nominateByLandmarks(this.segments.segments, query, limit, this.losses);
  }

  async nominateByPictures(query: PictureQuery, limit: number): Promise<Nomination[]> {
    return nominateByPictures(this.segments.segments, query, limit, this.losses);
  }

  async readWords(ranges: readonly WordRange[]): Promise<Uint32Array[]> {
    return ranges.map(({ fingerprintId, track, first, count }) => {
      const words = new Uint32Array(checkedCount(count));
      const found = this.segments.find(fingerprintId);
      found?.segment.readWords(found.ordinal, track, first, words);
      return words;
    });
  }

  async readRows(ranges: readonly RowRange[]): Promise<Uint8Array[]> {
    return ranges.map(({ fingerprintId, first, count }) => {
      const rows = new Uint8Array(checkedCount(count) * ROW_BYTES);
      const found = this.segments.find(fingerprintId);
      found?.segment.readRows(found.ordinal, first, rows);
      return rows;
    });
  }

  async fingerprint(id: FingerprintId): Promise<IndexedFingerprint | null> {
    const found = this.segments.find(id);
    if (!found || !this.records) return null;
    const references = this.records.referencesOf(id);
    if (references.length === 0) return null;
    const { duration, hasVideo, tracks } = found.segment.fingerprints[found.ordinal]!;
    return { id, duration, hasVideo, audioTracks: tracks.length, references };
  }

  async readFingerprint(id: FingerprintId): Promise<ReferenceFingerprint | null> {
    const found = this.segments.find(id);
    return found ? readFingerprints(found.segment, [found.ordinal])[0]! : null;
  }

  async sharedContent(filter: SharedContentFilter): Promise<SharedContent[]> {
    return this.records?.sharedContent(filter) ?? [];
  }

  async uncompared(): Promise<FingerprintId[]> {
    return this.records?.uncompared() ?? [];
  }

  async assets(catalogue?: string): Promise<Asset[]> {
    return this.records?.assets(catalogue ?? null) ?? [];
  }

  async asset(catalogue: string, id: AssetId): Promise<Asset | null> {
    return this.records?.asset(catalogue, id) ?? null;
  }

  async references(filter: { catalogue?: string; assetId?: AssetId }): Promise<Reference[]> {
    return this.records?.references(filter.catalogue ?? null, filter.assetId ?? null) ?? [];
  }

  async still(id: FingerprintId, time: Seconds): Promise<StillPicture | null> {
    if (!this.segments.find(id)) return null;
    return nearestStill(this.layout.stillsOf(id), time, STILL_REACH);
  }

  async stillTimes(id: FingerprintId): Promise<Seconds[]> {
    return this.segments.find(id) ? stillTimes(this.layout.stillsOf(id)) : [];
  }

  async stats(): Promise<IndexStats> {
    const { segments } = this.segments;
    const audio = segments.map((segment) => segment.audio.directory.counts);
    const pictures = segments.map((segment) => segment.pictures.directory.counts);
    const sum = <T>(items: readonly T[], value: (item: T) => number) =>
      items.reduce((s, i) => s + value(i), 0);
    const totals = this.records?.totals();
    return {
      assets: totals?.assets ?? 0,
      references: totals?.references ?? 0,
      hours: totals?.hours ?? 0,
      segments: segments.length,
      landmarks: sum(audio, (counts) => counts.postings),
      pictureTerms: sum(pictures, (counts) => counts.postings),
      commonTerms: sum([...audio, ...pictures], (counts) => counts.commonTerms),
      commonPostings: sum([...audio, ...pictures], (counts) => counts.commonPostings),
      indexBytes: (totals?.segmentBytes ?? 0) + (this.records?.bytes ?? 0),
      stillBytes: totals?.stillBytes ?? 0,
      removedWaiting: totals?.removedWaiting ?? 0,
    };
  }

  async hours(): Promise<number> {
    this.knownHours ??= hoursIn(this.segments.segments);
    return this.knownHours;
  }

  /** Compares everything with its checksums; returns a sentence for each file that is damaged. */
  async verify(): Promise<string[]> {
    const troubles: string[] = [];
    for (const segment of this.segments.segments) {
      try {
        segment.verify();
      } catch (error) {
        troubles.push(error instanceof Error ? error.message : String(error));
      }
    }
    return troubles;
  }

  async close(): Promise<void> {
    this.segments.close();
    this.records?.close();
    this.records = null;
  }

  /** Makes the open segments those that the records name. */
  protected reload(): void {
    const { records } = this;
    if (!records) return;
    this.knownHours = null;
    for (let attempt = 1; ; attempt++) {
      try {
        this.segments.update(records.liveSegments());
        this.ahead?.begin();
        return;
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw diskError(this.layout.root, error);
        if (attempt === OPEN_ATTEMPTS)
          throw corrupt(this.layout.segments, 'a file that the records name is missing');
      }
    }
  }

  private findRecords(): CatalogueReader | null {
    if (!fs.existsSync(this.layout.database)) return null;
    const database = Database.open(this.layout.database);
    // A writer that is just starting has made the file, but nothing in it.
    if (schemaState(database, CATALOGUE_SCHEMA) !== 'empty') return new CatalogueReader(database);
    database.close();
    return null;
  }
}

/** What was removed counts until its bytes go. */
function hoursIn(segments: readonly Segment[]): number {
  let seconds = 0;
  for (const { fingerprints } of segments) for (const { duration } of fingerprints) seconds += duration;
  return seconds / 3600;
}
