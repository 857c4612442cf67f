import fs from 'node:fs';
import path from 'node:path';
import { common, unionOf } from '../domain/intervals.js';
import type { Interval, StreamInfo } from '../domain/match.js';
import { syncDirectory, writeWhole } from '../storage/durable-files.js';
import {
  type Carried,
  heardOf,
  hourSpan,
  hoursOf,
  type LastPicture,
  pieceOf,
  seenOf,
  unknownOf,
} from './carried.js';
import { appendToLog, readHour, readLog, sealHour } from './hour-files.js';
import { logFile, openHoursIn, STREAM_FILE } from './layout.js';
import { HOUR_MS } from './piece.js';

/** A log is synced this often, ms. */
const SYNC_EVERY = 60_000;
/** Sound trails pictures, and renditions each other: so many hours, those that were added to last, go on. */
const OPEN_HOURS = 2;

/** What is known of an hour: stretches of UTC, ms. */
interface KnownHour {
  heard: Interval[];
  seen: Interval[];
}

/** The past of one stream, as it is written. */
export class StreamPast {
  /** Hours that go on, the one added to last at the end. */
  readonly #known = new Map<number, KnownHour>();
  #last: LastPicture | null = null;
  #syncedAt = Number.NEGATIVE_INFINITY;

  private constructor(
    private readonly folder: string,
    private readonly now: () => number,
  ) {}

  /** Makes whole the hours that an earlier process left behind, but for the newest. */
  static open(folder: string, stream: StreamInfo, now: () => number): StreamPast {
    fs.mkdirSync(folder, { recursive: true });
    const file = path.join(folder, STREAM_FILE);
    const facts = new TextEncoder().encode(JSON.stringify(stream));
    if (!fs.existsSync(file) || !fs.readFileSync(file).equals(facts)) {
      writeWhole(file, [facts]);
      syncDirectory(folder);
    }
    const past = new StreamPast(folder, now);
    for (const hour of openHoursIn(fs.readdirSync(folder))) past.#open(hour);
    past.#seal();
    return past;
  }

  append(carried: Carried): void {
    const heard = heardOf(carried);
    const seen = seenOf(carried);
    const hours = new Set([heard, seen].flatMap((stretch) => (stretch ? hoursOf(stretch) : [])));
    for (const hour of hours) this.#add(carried, hour, heard, seen);
    this.#seal();
  }

  #add(carried: Carried, hour: number, heard: Interval | null, seen: Interval | null): void {
    const known = this.#open(hour);
    const span = hourSpan(hour);
    const news = (stretch: Interval | null, of: readonly Interval[]) =>
      stretch ? unknownOf(common(stretch, span), of) : [];
    const newlyHeard = news(heard, known.heard);
    const newlySeen = news(seen, known.seen);
    if (newlyHeard.length + newlySeen.length === 0) return;
    const { piece, last } = pieceOf(carried, hour, newlyHeard, newlySeen, this.#last);
    const sync = this.now() - this.#syncedAt >= SYNC_EVERY;
    appendToLog(this.folder, piece, sync);
    if (sync) this.#syncedAt = this.now();
    this.#last = last;
    known.heard = unionOf([...known.heard, ...newlyHeard]);
    known.seen = unionOf([...known.seen, ...newlySeen]);
  }

  /** An hour to append to. Of a log that was being written when its process was killed, the rest goes. */
  #open(hour: number): KnownHour {
    const open = this.#known.get(hour);
    if (open) {
      this.#known.delete(hour);
      this.#known.set(hour, open);
      return open;
    }
    const file = logFile(this.folder, hour);
    if (fs.existsSync(file)) fs.truncateSync(file, readLog(file).bytes);
    const { piece } = readHour(this.folder, hour, 'searched');
    const inUtc = ({ start, end }: Interval) => ({
      start: start + hour * HOUR_MS,
      end: end + hour * HOUR_MS,
    });
    const known = { heard: piece?.heard.map(inUtc) ?? [], seen: piece?.seen.map(inUtc) ?? [] };
    this.#known.set(hour, known);
    return known;
  }

  #seal(): void {
    const hours = [...this.#known.keys()];
    for (const hour of hours.slice(0, -OPEN_HOURS)) {
      sealHour(this.folder, hour);
      this.#known.delete(hour);
    }
  }
}
