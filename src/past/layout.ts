import { createHash } from 'node:crypto';
import path from 'node:path';

const HOUR_FILE = /^(\d{1,9})\.(past|log|sealing)$/;

/** Where the past of streams lies within a data directory. */
export class PastLayout {
  readonly root: string;
  readonly streams: string;

  constructor(dataDirectory: string) {
    this.root = path.resolve(dataDirectory, 'past');
    this.streams = path.join(this.root, 'streams');
  }

  /** Ids of streams may hold anything; a digest is a safe name. */
  folderOf(stream: string): string {
    return path.join(this.streams, createHash('sha256').update(stream).digest('hex').slice(0, 32));
  }
}

/** Says which stream a folder is of. */
export const STREAM_FILE = 'stream.json';

/** An hour that is whole: one piece. */
export const sealedFile = (folder: string, hour: number) => path.join(folder, `${hour}.past`);
/** An hour that goes on: pieces one after another. */
export const logFile = (folder: string, hour: number) => path.join(folder, `${hour}.log`);

/** A log that is being made one file with what is whole. */
export const sealingFile = (folder: string, hour: number) => path.join(folder, `${hour}.sealing`);

/** The hours that the names of some files stand for: ascending, each once. */
export function hoursIn(names: readonly string[]): number[] {
  const hours = names.flatMap((name) => HOUR_FILE.exec(name)?.[1] ?? []).map(Number);
  return [...new Set(hours)].sort((a, b) => a - b);
}

/** Hours that are not one file. */
export function openHoursIn(names: readonly string[]): number[] {
  return hoursIn(names.filter((name) => !name.endsWith('.past')));
}
