import type { Landmarks, ReferenceFingerprint } from '../../../fingerprints/types.js';
import { ROW_BYTES, type Seconds } from '../../../fingerprints/units.js';
import type { Asset, Reference, SharedContent, StillPicture } from '../../domain/catalogue.js';
import type { AssetId, FingerprintId } from '../../domain/ids.js';
import { Serial } from '../../storage/serial.js';
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
import { chunkId } from './chunk-documents.js';
import { ChunkReader } from './chunk-reader.js';
import { CHUNK_TICKS } from './chunk-size.js';
import type { ElasticClient } from './client.js';
import type { IndexNames } from './indices.js';
import { nominateByLandmarks } from './landmark-search.js';
import { nominateByPictures } from './picture-search.js';
import { RecordReader } from './record-reader.js';
import { SearchBatch } from './search-batch.js';
import { sharedContentIn } from './shared-content.js';
import { type IndexState, NEW_STATE, readState } from './state.js';
import { indexStats } from './stats.js';
import { nearestStill } from './stills.js';
import { TermStatistics } from './term-statistics.js';

/** Fingerprints whose records stay at hand, at most. */
const MANY_RECORDS = 100_000;

/** The index on an Elasticsearch server, read from any number of processes. */
export class ElasticIndex implements ReferenceIndex {
  protected readonly chunks: ChunkReader;
  protected readonly statistics: TermStatistics;
  private readonly searches: SearchBatch;
  /** Null where there is no index yet. */
  protected state: IndexState | null = null;
  private readonly indexed = new Map<FingerprintId, Promise<IndexedFingerprint | null>>();
  /** Looks at the state, and the one that has not begun yet. */
  private readonly looks = new Serial();
  private nextLook: Promise<void> | null = null;
  /** Of the state that is shown; null = not asked yet. */
  private askedHours: Promise<number> | null = null;

  constructor(
    protected readonly client: ElasticClient,
    protected readonly names: IndexNames,
    protected readonly records: RecordReader = new RecordReader(client, names),
  ) {
    this.chunks = new ChunkReader(client, names, () => this.state?.generation ?? 0);
    this.statistics = new TermStatistics(client, names, records, this.chunks);
    this.searches = new SearchBatch(client, names.chunks);
  }

  /** One request at a time, however many streams ask: who comes while one is under way is served by the next. */
  async refresh(): Promise<void> {
    this.nextLook ??= this.looks.run(async () => {
      this.nextLook = null;
      const seen = await readState(this.client, this.names);
      if (seen?.state.generation !== this.state?.generation) this.show(seen?.state ?? null);
    });
    await this.nextLook;
  }

  async nominateByLandmarks(query: LandmarkQuery, limit: number): Promise<Nomination[]> {
    const lookUp = await this.lookUp();
    return lookUp ? nominateByLandmarks(lookUp, query, limit) : [];
  }

  async nominateByPictures(query: PictureQuery, limit: number): Promise<Nomination[]> {
    const lookUp = await this.lookUp();
    return lookUp ? nominateByPictures(lookUp, query.probes, limit) : [];
  }

  async readWords(ranges: readonly WordRange[]): Promise<Uint32Array[]> {
    for (const { count } of ranges) checkedCount(count);
    return this.state ? this.chunks.readWords(ranges) : ranges.map(({ count }) => new Uint32Array(count));
  }

  async readRows(ranges: readonly RowRange[]): Promise<Uint8Array[]> {
    for (const { count } of ranges) checkedCount(count);
    return this.state
      ? this.chunks.readRows(ranges)
      : ranges.map(({ count }) => new Uint8Array(count * ROW_BYTES));
  }

  async fingerprint(id: FingerprintId): Promise<IndexedFingerprint | null> {
    if (!this.state) return null;
    const known = this.indexed.get(id);
    if (known) return known;
    if (this.indexed.size >= MANY_RECORDS) this.indexed.clear();
    const asked = this.records.indexed(id);
    this.indexed.set(id, asked);
    asked.catch(() => this.indexed.delete(id));
    return asked;
  }

  async readFingerprint(id: FingerprintId): Promise<ReferenceFingerprint | null> {
    const document = this.state && (await this.records.fingerprints([id])).get(id);
    if (!document) return null;
    const { duration, audioTracks, hasVideo, chunks, layout } = document;
    const words = await this.readWords(
      layout.words.map((count, track) => ({ fingerprintId: id, track, first: 0, count })),
    );
    const ids = Array.from({ length: chunks }, (_, number) => chunkId(id, number));
    const landmarks = audioTracks > 0 ? await this.chunks.readLandmarks(ids) : [];
    const [rows] = hasVideo
      ? await this.readRows([{ fingerprintId: id, first: 0, count: layout.rows ?? 0 }])
      : [];
    return {
      duration,
      video: rows ? { rows } : null,
      audio: words.map((of, track) => ({ words: of, landmarks: joined(landmarks, track) })),
    };
  }

  async sharedContent(filter: SharedContentFilter): Promise<SharedContent[]> {
    return this.state ? sharedContentIn(this.records, filter) : [];
  }

  async uncompared(): Promise<FingerprintId[]> {
    return this.state ? this.records.uncompared() : [];
  }

  async assets(catalogue?: string): Promise<Asset[]> {
    return this.state ? this.records.assets(catalogue) : [];
  }

  async asset(catalogue: string, id: AssetId): Promise<Asset | null> {
    if (!this.state) return null;
    const [asset] = (await this.records.assetsOf([{ catalogue, assetId: id }])).values();
    return asset ?? null;
  }

  async references(filter: { catalogue?: string; assetId?: AssetId }): Promise<Reference[]> {
    return this.state ? this.records.references(filter.catalogue, filter.assetId) : [];
  }

  async still(id: FingerprintId, time: Seconds): Promise<StillPicture | null> {
    const times = await this.stillTimes(id);
    return nearestStill(this.client, this.names, id, times, time);
  }

  async stillTimes(id: FingerprintId): Promise<Seconds[]> {
    const document = this.state && (await this.records.fingerprints([id])).get(id);
    return document ? [...document.stills] : [];
  }

  async stats(): Promise<IndexStats> {
    return indexStats(this.client, this.names, this.records, this.state ?? NEW_STATE);
  }

  async hours(): Promise<number> {
    if (!this.state) return 0;
    if (this.askedHours) return this.askedHours;
    const asked = this.records.totals().then(({ seconds }) => seconds / 3600);
    this.askedHours = asked;
    asked.catch(() => {
      if (this.askedHours === asked) this.askedHours = null;
    });
    return asked;
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  /** Answers from a state on; what was read before may be no more. */
  protected show(state: IndexState | null): void {
    this.state = state;
    this.chunks.clear();
    this.indexed.clear();
    this.askedHours = null;
  }

  private async lookUp() {
    const { state, searches, chunks, statistics } = this;
    if (!state || state.generation === 0) return null;
    await statistics.update(state);
    return { searches, counts: statistics.counts, generation: state.generation, chunks };
  }
}

/** The landmarks of a track in all chunks of a fingerprint. */
function joined(chunks: readonly (readonly Landmarks[] | null)[], track: number): Landmarks {
  const hashes: number[] = [];
  const ticks: number[] = [];
  chunks.forEach((tracks, number) => {
    const of = tracks?.[track];
    if (!of) return;
    for (const hash of of.hashes) hashes.push(hash);
    for (const tick of of.ticks) ticks.push(number * CHUNK_TICKS + tick);
  });
  return { hashes: Uint32Array.from(hashes), ticks: Uint32Array.from(ticks) };
}
