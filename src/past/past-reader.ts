import fs from 'node:fs';
import path from 'node:path';
import { streamId } from '../domain/ids.js';
import type { StreamInfo } from '../domain/match.js';
import { codeOf } from '../storage/disk-errors.js';
import { type Part, readHour } from './hour-files.js';
import { hoursIn, PastLayout, STREAM_FILE } from './layout.js';
import type { PastPiece } from './piece.js';

/** Hours of a stream that stay in memory, since what is found reaches over several. */
const KEPT = 6;

/** Reads what streams carried, beside the one who writes it. */
export class PastReader {
  readonly #layout: PastLayout;
  readonly #kept = new Map<string, PastPiece | null>();
  readonly #troubles = new Set<string>();

  constructor(dataDirectory: string) {
    this.#layout = new PastLayout(dataDirectory);
  }

  /** A sentence for each file that could not be read so far. */
  get troubles(): readonly string[] {
    return [...this.#troubles];
  }

  /** Every stream of which something is kept, in the order of their ids. */
  streams(): StreamInfo[] {
    return namesIn(this.#layout.streams)
      .flatMap((name) => this.#streamOf(path.join(this.#layout.streams, name)) ?? [])
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Hours since 1970 in which something was carried, ascending. */
  hours(stream: StreamInfo): number[] {
    return hoursIn(namesIn(this.#layout.folderOf(stream.id)));
  }

  /** What is searched of an hour; null when it is not there, or no longer. */
  searched(stream: StreamInfo, hour: number): PastPiece | null {
    return this.#read(stream, hour, 'searched');
  }

  /** All of an hour; null when it is not there, or no longer. */
  whole(stream: StreamInfo, hour: number): PastPiece | null {
    const key = `${stream.id}\n${hour}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const piece = this.#read(stream, hour, 'all');
    this.#kept.set(key, piece);
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    return piece;
  }

  /** Forgets what was read: streams go on. */
  refresh(): void {
    this.#kept.clear();
  }

  /** Bytes on disk, and hours kept. */
  size(): { readonly bytes: number; readonly hours: number } {
    let bytes = 0;
    let hours = 0;
    for (const name of namesIn(this.#layout.streams)) {
      const folder = path.join(this.#layout.streams, name);
      const files = namesIn(folder);
      hours += hoursIn(files).length;
      for (const file of files)
        bytes += fs.statSync(path.join(folder, file), { throwIfNoEntry: false })?.size ?? 0;
    }
    return { bytes, hours };
  }

  #read(stream: StreamInfo, hour: number, part: Part): PastPiece | null {
    const { piece, troubles } = readHour(this.#layout.folderOf(stream.id), hour, part);
    for (const trouble of troubles) this.#troubles.add(trouble);
    return piece;
  }

  #streamOf(folder: string): StreamInfo | null {
    try {
      const { id, name, url } = JSON.parse(fs.readFileSync(path.join(folder, STREAM_FILE), 'utf8')) as Record<
        keyof StreamInfo,
        string
      >;
      return { id: streamId(id), name, url };
    } catch (error) {
      if (codeOf(error) !== 'ENOENT')
        this.#troubles.add(`${folder} cannot be read: its stream is not asked.`);
      return null;
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
