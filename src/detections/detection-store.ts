import fs from 'node:fs';
import path from 'node:path';
import type { StillPicture } from '../domain/catalogue.js';
import { StreamprintError } from '../domain/errors.js';
import { hostOfUrl } from '../domain/host.js';
import { type DetectionId, type StreamId, streamId, utcMillis } from '../domain/ids.js';
import type { Coverage, CoverageState } from '../domain/ledger.js';
import type { Detection, DetectionState, StreamInfo } from '../domain/match.js';
import type { Sender } from '../domain/source-facts.js';
import type { StreamPosition } from '../domain/stream-position.js';
import { Database, type SqlValue } from '../storage/database.js';
import { prepareSchema, schemaState } from '../storage/schema.js';
import { acquireWriterLock, type WriterLock } from '../storage/writer-lock.js';
import { type DetectionRow, detectionOf, type PositionRow, positionOf } from './rows.js';
import { DETECTION_SCHEMA } from './schema.js';
import { MOST_SENDERS } from './senders-schema.js';

export interface DetectionFilter {
  readonly stream?: string;
  readonly asset?: string;
  /** Detections that end at or after this, ms UTC. */
  readonly since?: number;
  /** Detections that start before this, ms UTC. */
  readonly until?: number;
  readonly minScore?: number;
  readonly state?: DetectionState;
}

/** What there is to write down of a stream. */
export interface StreamNews {
  readonly detections?: readonly Detection[];
  readonly coverage?: readonly Coverage[];
  readonly position?: StreamPosition | null;
}

/** What was told of a stream under a number. */
export interface ToldNews extends Pick<StreamNews, 'detections' | 'coverage'> {
  readonly stream: StreamInfo;
  readonly number: number;
  /** Of the segment in which the detections were found or went on. */
  readonly sender?: Sender | null;
}

/** The two pictures of a detection: of the stream, and of the reference at the same place. */
export type StillSide = 'stream' | 'reference';

/** Coverage of one state that follows within this long is one line of the ledger, ms. */
const JOIN_COVERAGE = 1000;

/**
 * Detections, the ledger of what was captured, and the pictures that show a detection.
 * What a call has written is durable when it returns. One writer a data directory, readers beside it.
 */
export class DetectionStore {
  private constructor(
    private readonly database: Database,
    private readonly lock: WriterLock | null,
  ) {}

  /** @throws SP_DATA_LOCKED when another process monitors into this directory; SP_DATA_VERSION */
  static openWriter(dataDirectory: string): DetectionStore {
    const directory = path.join(dataDirectory, 'detections');
    const lock = acquireWriterLock(directory, 'detection store');
    try {
      const database = Database.open(path.join(directory, 'detections.db'));
      prepareSchema(database, DETECTION_SCHEMA);
      nameHosts(database);
      return new DetectionStore(database, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Null when nothing was ever monitored into this directory. @throws SP_DATA_VERSION */
  static openReader(dataDirectory: string): DetectionStore | null {
    const file = path.join(dataDirectory, 'detections', 'detections.db');
    if (!fs.existsSync(file)) return null;
    const database = Database.open(file);
    return schemaState(database, DETECTION_SCHEMA) === 'empty' ? null : new DetectionStore(database, null);
  }

  /**
   * Opens the store beside the process that monitors into this directory, if there is one, to add what was found in
   * the past of streams. Creates it where it is missing. @throws SP_DATA_VERSION
   */
  static openBeside(dataDirectory: string): DetectionStore {
    try {
      return DetectionStore.openWriter(dataDirectory);
    } catch (error) {
      if (!(error instanceof StreamprintError && error.code === 'SP_DATA_LOCKED')) throw error;
      const store = DetectionStore.openReader(dataDirectory);
      if (!store) throw error;
      return store;
    }
  }

  /** Whether nobody else writes here. */
  get isAlone(): boolean {
    return this.lock !== null;
  }

  /** Whether it can be read. @throws SP_DATA_CORRUPT, SP_DISK_FULL */
  check(): void {
    this.database.get('SELECT id FROM detections LIMIT 1');
  }

  close(): void {
    this.database.close();
    this.lock?.release();
  }

  saveStream(stream: StreamInfo): void {
    this.database.run(
      `INSERT INTO streams (id, name, url, host) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url, host = excluded.host
       WHERE excluded.name <> name OR excluded.url <> url`,
      stream.id,
      stream.name,
      stream.url,
      hostOfUrl(stream.url) ?? '',
    );
  }

  streams(): StreamInfo[] {
    return this.database
      .all<{ id: string; name: string; url: string }>('SELECT * FROM streams ORDER BY name, id')
      .map((row) => ({ id: streamId(row.id), name: row.name, url: row.url }));
  }

  /**
   * Writes what became of some detections of a stream, what was captured meanwhile, and where its run stands:
   * all of it, or nothing.
   * @param position absent = as it was
   */
  save(stream: StreamId, { detections = [], coverage = [], position }: StreamNews): void {
    if (detections.length + coverage.length === 0 && !position) return;
    this.database.transaction(() => {
      for (const detection of detections) this.#put(detection);
      for (const line of coverage) this.#cover(line);
      if (position) this.#stand(stream, position);
    });
  }

  /**
   * Writes down what was told of streams, each thing once: what is told of a stream is numbered, ascending. All of it
   * is written, or nothing.
   * @returns of each whether it was not written down before
   */
  saveOnce(told: readonly ToldNews[]): boolean[] {
    return this.database.transaction(() => told.map((news) => this.#tell(news)));
  }

  /** Where the run before stood. */
  positionOf(stream: StreamId): StreamPosition | null {
    const row = this.database.get<PositionRow>('SELECT * FROM positions WHERE stream_id = ?', stream);
    return row ? positionOf(row) : null;
  }

  /**
   * Adds to what is known of a stream, or changes it: nobody else does in between.
   * @param work given what is known of an asset on the stream, returns what is new or was changed
   */
  revise(
    stream: StreamInfo,
    { catalogue, assetId }: Pick<Detection, 'catalogue' | 'assetId'>,
    work: (known: readonly Detection[]) => readonly Detection[],
  ): readonly Detection[] {
    return this.database.transaction(() => {
      const known = this.find({ stream: stream.id, asset: assetId });
      const changed = work(known.filter((detection) => detection.catalogue === catalogue));
      if (changed.length > 0) this.saveStream(stream);
      for (const detection of changed) this.#put(detection);
      return changed;
    });
  }

  find(filter: DetectionFilter): Detection[] {
    const conditions: string[] = [];
    const values: SqlValue[] = [];
    const where = (condition: string, value: SqlValue | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    where('d.stream_id = ?', filter.stream);
    where('d.asset_id = ?', filter.asset);
    where('d.end >= ?', filter.since);
    where('d.start < ?', filter.until);
    where('d.score >= ?', filter.minScore);
    where('d.state = ?', filter.state);
    const clause = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return this.database
      .all<DetectionRow>(
        `SELECT d.*, s.name AS stream_name, s.url AS stream_url FROM detections d
         JOIN streams s ON s.id = d.stream_id ${clause} ORDER BY d.start, d.id`,
        ...values,
      )
      .map(detectionOf);
  }

  /** Detections of a stream that an earlier run left open. */
  openOf(stream: StreamId): Detection[] {
    return this.find({ stream, state: 'open' });
  }

  coverage(stream: StreamId): Coverage[] {
    return this.database
      .all<{ start: number; end: number; state: string; reason: string }>(
        'SELECT start, end, state, reason FROM coverage WHERE stream_id = ? ORDER BY start, end',
        stream,
      )
      .map(({ start, end, state, reason }) => ({
        streamId: stream,
        time: { start: utcMillis(start), end: utcMillis(end) },
        state: state as CoverageState,
        reason,
      }));
  }

  saveStill(detection: DetectionId, side: StillSide, still: StillPicture): void {
    this.database.run(
      'INSERT OR REPLACE INTO stills (detection_id, side, time, jpeg) VALUES (?, ?, ?, ?)',
      detection,
      side,
      still.time,
      still.jpeg,
    );
  }

  still(detection: DetectionId, side: StillSide): StillPicture | null {
    return (
      this.database.get<{ time: number; jpeg: Uint8Array }>(
        'SELECT time, jpeg FROM stills WHERE detection_id = ? AND side = ?',
        detection,
        side,
      ) ?? null
    );
  }

  #tell({ stream, number, detections = [], coverage = [], sender = null }: ToldNews): boolean {
    const news = this.database.run(
      `INSERT INTO told VALUES (?, ?) ON CONFLICT (stream_id) DO UPDATE SET number = excluded.number
       WHERE excluded.number > number`,
      ...[stream.id, number],
    );
    if (news === 0) return false;
    this.saveStream(stream);
    for (const detection of detections) this.#put(detection);
    if (sender) for (const { id } of detections) this.#sentBy(id, sender);
    for (const line of coverage) this.#cover(line);
    return true;
  }

  #sentBy(id: DetectionId, { ip, asn }: Sender): void {
    this.database.run(
      `INSERT INTO found_senders (detection, ip, asn) SELECT no, ?, ? FROM found
       WHERE id = ? AND (SELECT count(*) FROM found_senders WHERE detection = no) < ${MOST_SENDERS}
       ON CONFLICT (detection, ip) DO UPDATE SET asn = excluded.asn WHERE excluded.asn NOT IN (0, asn)`,
      ...[ip, asn ?? 0, id],
    );
  }

  #put(d: Detection): void {
    this.database.run(
      `INSERT INTO detections (id, state, stream_id, catalogue, asset_id, title, reference_id, modality,
         start, end, reference_start, reference_end, speed, mirrored, score, expected_false_per_day, box)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, title = excluded.title,
         reference_id = excluded.reference_id, modality = excluded.modality, start = excluded.start,
         end = excluded.end, reference_start = excluded.reference_start, reference_end = excluded.reference_end,
         speed = excluded.speed, mirrored = excluded.mirrored, score = excluded.score,
         expected_false_per_day = excluded.expected_false_per_day`,
      d.id,
      d.state,
      d.stream.id,
      d.catalogue,
      d.assetId,
      d.title,
      d.referenceId,
      d.modality,
      d.time.start,
      d.time.end,
      d.reference.start,
      d.reference.end,
      d.speed,
      d.mirrored ? 1 : 0,
      d.score,
      d.expectedFalsePerDay,
      d.box && JSON.stringify(d.box),
    );
  }

  #stand(stream: StreamId, { first, last }: StreamPosition): void {
    this.database.run(
      'INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?, ?, ?)',
      stream,
      first.uri,
      first.digest,
      first.start,
      last.mediaEnd,
      last.end,
      last.capturedAt,
    );
  }

  /** Lengthens the stream's last line of this state where it is continued, else writes a new one. */
  #cover({ streamId: stream, time, state, reason }: Coverage): void {
    const lengthened = this.database.run(
      `UPDATE coverage SET end = max(end, ?) WHERE rowid = (
         SELECT rowid FROM coverage WHERE stream_id = ? AND end >= ? ORDER BY end DESC LIMIT 1
       ) AND state = ? AND reason = ? AND start <= ?`,
      time.end,
      stream,
      time.start - JOIN_COVERAGE,
      state,
      reason,
      time.start,
    );
    if (lengthened > 0) return;
    this.database.run(
      'INSERT INTO coverage (stream_id, start, end, state, reason) VALUES (?, ?, ?, ?, ?)',
      stream,
      time.start,
      time.end,
      state,
      reason,
    );
  }
}

/** Stores of earlier versions did not know the hosts of their streams. */
function nameHosts(database: Database): void {
  const unnamed = database.all<{ id: string; url: string }>(
    "SELECT id, url FROM streams WHERE host = '' AND url LIKE '%://%'",
  );
  for (const { id, url } of unnamed) {
    const host = hostOfUrl(url);
    if (host !== null) database.run('UPDATE streams SET host = ? WHERE id = ?', host, id);
  }
}
