import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type UtcMillis, utcMillis } from '../../domain/ids.js';
import { Database, type Row } from '../../storage/database.js';
import { removeFile } from '../../storage/durable-files.js';
import { prepareSchema, schemaState } from '../../storage/schema.js';
import { acquireWriterLock, type WriterLock } from '../../storage/writer-lock.js';
import type { TopicPartition } from '../engine.js';
import { type InRecord, type OutRecord, type Position, sizeOf } from '../record.js';
import { StoredFile, StoredMemory, storeFile } from '../stored-file.js';
import { factsOf, TOPIC_NAMES, type Topic } from '../topics.js';
import { BUS_SCHEMA } from './schema.js';

/** Values up to this lie in the database, larger ones in files of their own. */
const SMALL_BYTES = 64 * 1024;
/** Begins the names of files that come from beside: their records may not be stored yet when another process opens. */
const BESIDE = 'beside-';
/** After so long they are. */
const BESIDE_MS = 60_000;

/** Where the value of a record was put, before the record itself is stored. */
export interface PlacedValue {
  readonly small: Uint8Array | null;
  readonly file: string | null;
}

/** How far a group of consumers has come. */
export interface Progress {
  readonly group: string;
  readonly positions: readonly Position[];
}

interface RecordRow extends Row {
  readonly position: number;
  readonly key: string;
  readonly headers: string;
  readonly bytes: number;
  readonly small: Uint8Array | null;
  readonly file: string | null;
  readonly at: number;
}

/** Records on disk, by topic and partition, and how far each group of consumers has come. */
export class RecordLog {
  readonly #bodies: string;
  #seenVersion: number;

  /** @param lock null = another process may have it */
  private constructor(
    private readonly database: Database,
    private readonly lock: WriterLock | null,
    directory: string,
  ) {
    this.#bodies = path.join(directory, 'bodies');
    this.#seenVersion = database.dataVersion;
  }

  /**
   * @throws SP_DATA_LOCKED when another process has it
   * @throws SP_DATA_VERSION
   */
  static open(directory: string): RecordLog {
    const lock = acquireWriterLock(directory, BUS_SCHEMA.what);
    try {
      const database = Database.open(path.join(directory, 'bus.db'));
      prepareSchema(database, BUS_SCHEMA);
      const log = new RecordLog(database, lock, directory);
      fs.mkdirSync(log.#bodies, { recursive: true });
      log.#removeLeftovers();
      return log;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /**
   * Beside the process that has the directory, if one does: to read and to add, and to remove nothing.
   * @throws SP_DATA_LOCKED while another process is making it
   * @throws SP_DATA_VERSION
   */
  static openBeside(directory: string): RecordLog {
    const file = path.join(directory, 'bus.db');
    if (!isReady(file)) RecordLog.open(directory).close();
    return new RecordLog(Database.open(file), null, directory);
  }

  /** Whether somebody beside has stored something since this was asked last. */
  changedBeside(): boolean {
    const version = this.database.dataVersion;
    const changed = version !== this.#seenVersion;
    this.#seenVersion = version;
    return changed;
  }

  /**
   * Puts a value where it stays. That of media outlives the process, not a loss of power: it is gone in seconds
   * anyhow, and a body that does not agree with its digest is seen.
   */
  async place({ topic, value }: OutRecord): Promise<PlacedValue> {
    if (value === null) return { small: null, file: null };
    if (!('file' in value) && value.length <= SMALL_BYTES) return { small: value, file: null };
    const file = (this.lock ? '' : BESIDE) + randomUUID();
    await storeFile(path.join(this.#bodies, file), value, !factsOf(topic).media);
    return { small: null, file };
  }

  /** Stores records, all or none, durably; returns where the superseded ones had their values. */
  append(
    records: readonly { record: OutRecord; partition: number; placed: PlacedValue; at: number }[],
  ): string[] {
    return this.database.transaction(() => {
      const superseded: string[] = [];
      for (const { record, partition, placed, at } of records) {
        const { topic, key, headers, value } = record;
        if (factsOf(topic).compacted)
          superseded.push(...this.#delete('topic = ? AND partition = ? AND key = ?', topic, partition, key));
        this.database.run(
          'INSERT INTO records (topic, partition, key, headers, bytes, small, file, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          ...[topic, partition, key, JSON.stringify(headers), value ? sizeOf(value) : 0],
          ...[placed.small, placed.file, at],
        );
      }
      return superseded;
    });
  }

  /** Records of a partition from a position on, in order. */
  read({ topic, partition }: TopicPartition, from: number, limit: number): InRecord[] {
    return this.database
      .all<RecordRow>(
        `SELECT position, key, headers, bytes, small, file, at FROM records
          WHERE topic = ? AND partition = ? AND position >= ? ORDER BY position LIMIT ?`,
        ...[topic, partition, from, limit],
      )
      .map((row) => this.#recordOf(row, topic, partition));
  }

  /** The position after the last record that was ever stored. */
  get end(): number {
    const row = this.database.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'records'");
    return (row?.seq ?? 0) + 1;
  }

  /** Bytes and records of topics of media that are stored. */
  mediaStored(): { records: number; bytes: number } {
    const sum = { records: 0, bytes: 0 };
    for (const topic of TOPIC_NAMES.filter((name) => factsOf(name).media)) {
      const row = this.database.get<{ records: number; bytes: number }>(
        'SELECT count(*) AS records, coalesce(sum(bytes), 0) AS bytes FROM records WHERE topic = ?',
        topic,
      );
      sum.records += row?.records ?? 0;
      sum.bytes += row?.bytes ?? 0;
    }
    return sum;
  }

  /** Where a group goes on; 1 where it has not begun. */
  progress(group: string, { topic, partition }: TopicPartition): number {
    const row = this.database.get<{ next: number }>(
      'SELECT next FROM progress WHERE group_name = ? AND topic = ? AND partition = ?',
      ...[group, topic, partition],
    );
    return row?.next ?? 1;
  }

  saveProgress(progress: Progress): void {
    this.database.transaction(() => this.#save(progress));
  }

  /**
   * Stores how far groups have come; deletes media that every group is done with, and what is older than its topic
   * keeps it. @returns where what was deleted had its values
   */
  keep(progress: readonly Progress[], now: UtcMillis): string[] {
    return this.database.transaction(() => {
      for (const one of progress) this.#save(one);
      return TOPIC_NAMES.flatMap((topic) => this.#deleteOld(topic, now));
    });
  }

  /** Deletes values that no record has any more. */
  async removeFiles(files: readonly string[]): Promise<void> {
    await Promise.all(files.map((file) => removeFile(path.join(this.#bodies, file))));
  }

  close(): void {
    this.database.close();
    this.lock?.release();
  }

  #save({ group, positions }: Progress): void {
    for (const { topic, partition, offset } of positions)
      this.database.run(
        'INSERT INTO progress VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET next = excluded.next',
        ...[group, topic, partition, offset],
      );
  }

  #deleteOld(topic: Topic, now: UtcMillis): string[] {
    const { compacted, media, retention } = factsOf(topic);
    if (compacted) return [];
    const old = this.#delete('topic = ? AND at < ?', topic, now - retention * 1000);
    if (!media) return old;
    const done = this.database.all<{ partition: number; next: number }>(
      `SELECT partition, min(next) AS next FROM progress WHERE topic = ? GROUP BY partition`,
      topic,
    );
    const gone = done.flatMap(({ partition, next }) =>
      this.#delete('topic = ? AND partition = ? AND position < ?', topic, partition, next),
    );
    return [...old, ...gone];
  }

  #delete(where: string, ...parameters: (string | number)[]): string[] {
    return this.database
      .all<{ file: string | null }>(`DELETE FROM records WHERE ${where} RETURNING file`, ...parameters)
      .flatMap(({ file }) => file ?? []);
  }

  #recordOf(
    { position, key, headers, bytes, small, file, at }: RecordRow,
    topic: Topic,
    partition: number,
  ): InRecord {
    return {
      position: { topic, partition, offset: position },
      key,
      headers: JSON.parse(headers) as Record<string, string>,
      value:
        file !== null
          ? new StoredFile(path.join(this.#bodies, file), bytes)
          : small && new StoredMemory(small),
      at: utcMillis(at),
    };
  }

  /** Values whose records were not stored, or were deleted, when the process ended. */
  #removeLeftovers(): void {
    const named = new Set(
      this.database
        .all<{ file: string }>('SELECT file FROM records WHERE file IS NOT NULL')
        .map(({ file }) => file),
    );
    for (const name of fs.readdirSync(this.#bodies)) {
      if (named.has(name)) continue;
      const file = path.join(this.#bodies, name);
      const isYoung = name.startsWith(BESIDE) && fs.statSync(file).mtimeMs > Date.now() - BESIDE_MS;
      if (!isYoung) fs.rmSync(file, { force: true });
    }
  }
}

/** Whether there is a database of the newest version. */
function isReady(file: string): boolean {
  if (!fs.existsSync(file)) return false;
  const database = Database.open(file);
  try {
    return schemaState(database, BUS_SCHEMA) === 'current';
  } finally {
    database.close();
  }
}
