import fs from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Registration } from '../../src/domain/catalogue.js';
import { type FingerprintId, fingerprintId } from '../../src/domain/ids.js';
import { Layout } from '../../src/reference-index/embedded/layout.js';
import {
  decodeHeader,
  encodeHeader,
  HEADER_BYTES,
} from '../../src/reference-index/embedded/segment-format.js';
import { decodeTable, encodeTable } from '../../src/reference-index/embedded/segment-table.js';
import { Database, type Row } from '../../src/storage/database.js';

interface SegmentRow extends Row {
  number: number;
  bytes: number;
}

interface FingerprintRow extends Row {
  id: string;
  ordinal: number;
  duration: number;
  has_video: number;
  audio_tracks: number;
}

/**
 * Makes an index of some hours as large as several: its segments are copied, each fingerprint under an id of its own, and
 * the titles in the copies are removed ones. Nobody may write to it meanwhile.
 */
export class ClonedEmbedded {
  readonly #layout: Layout;
  #copies = 1;

  constructor(
    directory: string,
    private readonly titles: readonly Registration[],
  ) {
    this.#layout = new Layout(directory);
  }

  /** @param copies in all; there may be some already */
  grow(copies: number): void {
    const database = Database.open(this.#layout.database);
    try {
      const segments = database
        .all<SegmentRow>('SELECT number, bytes FROM segments ORDER BY number')
        .slice(0, this.#sources(database));
      for (; this.#copies < copies; this.#copies++)
        for (const segment of segments) this.#copy(database, segment);
    } finally {
      database.close();
    }
  }

  /** Segments that are no copies. */
  #sources(database: Database): number {
    return database.all<SegmentRow>('SELECT number, bytes FROM segments').length / this.#copies;
  }

  #copy(database: Database, { number, bytes }: SegmentRow): void {
    const titles = new Set<string>(this.titles.map((title) => title.fingerprintId));
    const rows = database.all<FingerprintRow>(
      'SELECT id, ordinal, duration, has_video, audio_tracks FROM fingerprints WHERE segment = ?',
      number,
    );
    database.transaction(() => {
      database.run('INSERT INTO segments (bytes) VALUES (?)', bytes);
      const [{ last: copied }] = database.all<{ last: number }>(
        'SELECT MAX(number) AS last FROM segments',
      ) as [{ last: number }];
      fs.copyFileSync(this.#layout.segment(number), this.#layout.segment(copied));
      renameFingerprints(this.#layout.segment(copied), (id) => copiedId(id, this.#copies));
      for (const row of rows)
        database.run(
          'INSERT INTO fingerprints (id, segment, ordinal, duration, has_video, audio_tracks, removed) VALUES (?, ?, ?, ?, ?, ?, ?)',
          ...[
            copiedId(row.id, this.#copies),
            copied,
            row.ordinal,
            row.duration,
            row.has_video,
            row.audio_tracks,
          ],
          titles.has(row.id) ? 1 : 0,
        );
    });
  }
}

/** Ids are digests: the last digits of one are as good as others. */
function copiedId(id: string, copy: number): FingerprintId {
  return fingerprintId(copy.toString(16).padStart(8, '0') + id.slice(8));
}

/** Writes a segment's table anew, in place. */
function renameFingerprints(file: string, nameOf: (id: FingerprintId) => FingerprintId): void {
  const fd = fs.openSync(file, 'r+');
  try {
    const header = new Uint8Array(HEADER_BYTES);
    fs.readSync(fd, header, 0, header.length, 0);
    const { sections } = decodeHeader(header, file, fs.fstatSync(fd).size);
    const { offset, bytes } = sections.fingerprints;
    const stored = new Uint8Array(bytes);
    fs.readSync(fd, stored, 0, bytes, offset);
    const table = encodeTable(decodeTable(stored).map((place) => ({ ...place, id: nameOf(place.id) })));
    fs.writeSync(fd, table, 0, table.length, offset);
    const changed = { ...sections, fingerprints: { offset, bytes, crc: crc32(table) } };
    fs.writeSync(fd, encodeHeader(changed), 0, HEADER_BYTES, 0);
  } finally {
    fs.closeSync(fd);
  }
}
