import fs from 'node:fs';
import { syncDirectory, writeWhole } from '../storage/durable-files.js';
import { logFile, sealedFile, sealingFile } from './layout.js';
import { mergePieces, type PastPiece } from './piece.js';
import { decodeHeader, decodePiece, encodePiece, HEADER_BYTES } from './piece-encoding.js';

/** How much of a piece to read: what a search looks through, or its words, too. */
export type Part = 'searched' | 'all';

/** What was read of an hour. */
export interface ReadHour {
  /** Null when there is nothing that can be read. */
  readonly piece: PastPiece | null;
  /** A sentence for each file that is damaged. */
  readonly troubles: readonly string[];
}

/** Reads an hour of a stream: the file that is whole, and what was appended since. */
export function readHour(folder: string, hour: number, part: Part): ReadHour {
  const troubles: string[] = [];
  const pieces: PastPiece[] = [];
  const sealed = readSealed(sealedFile(folder, hour), part);
  if (sealed === 'damaged') troubles.push(damaged(sealedFile(folder, hour)));
  else if (sealed) pieces.push(sealed);
  for (const log of [sealingFile(folder, hour), logFile(folder, hour)]) pieces.push(...readLog(log).pieces);
  return { piece: pieces.length > 0 ? mergePieces(pieces) : null, troubles };
}

/**
 * The pieces of a log, and the bytes that they take: what follows was not written to its end, or is damaged.
 */
export function readLog(file: string): { readonly pieces: PastPiece[]; readonly bytes: number } {
  const bytes = readIfThere(file);
  const pieces: PastPiece[] = [];
  let at = 0;
  for (;;) {
    const rest = bytes.subarray(at);
    const header = decodeHeader(rest);
    const piece = header && header.bytes <= rest.length ? decodePiece(header, rest) : null;
    if (!header || !piece) return { pieces, bytes: at };
    pieces.push(piece);
    at += header.bytes;
  }
}

/** Appends a piece to the log of its hour: it survives the end of the process, and is synced when asked. */
export function appendToLog(folder: string, piece: PastPiece, sync: boolean): void {
  const fd = fs.openSync(logFile(folder, piece.hour), 'a');
  try {
    const bytes = encodePiece(piece);
    for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done);
    if (sync) fs.fdatasyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Makes an hour one file, which is synced. What was in its log is in it; what comes meanwhile goes to another log. */
export function sealHour(folder: string, hour: number): void {
  const sealing = sealingFile(folder, hour);
  const log = logFile(folder, hour);
  // What a process that was killed has begun comes first.
  while (fs.existsSync(sealing) || fs.existsSync(log)) {
    if (!fs.existsSync(sealing)) fs.renameSync(log, sealing);
    const { piece } = readHour(folder, hour, 'all');
    if (piece) {
      writeWhole(sealedFile(folder, hour), [encodePiece(piece)]);
      syncDirectory(folder);
    }
    fs.rmSync(sealing);
  }
}

export function deleteHour(folder: string, hour: number): void {
  for (const file of [sealedFile, logFile, sealingFile]) fs.rmSync(file(folder, hour), { force: true });
}

function readSealed(file: string, part: Part): PastPiece | 'damaged' | null {
  let fd: number;
  try {
    fd = fs.openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const first = new Uint8Array(HEADER_BYTES);
    fs.readSync(fd, first, 0, HEADER_BYTES, 0);
    const header = decodeHeader(first);
    if (!header) return 'damaged';
    const bytes = new Uint8Array(part === 'all' ? header.bytes : header.searchedBytes);
    if (fs.readSync(fd, bytes, 0, bytes.length, 0) < bytes.length) return 'damaged';
    return decodePiece(header, bytes) ?? 'damaged';
  } finally {
    fs.closeSync(fd);
  }
}

function readIfThere(file: string): Uint8Array {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array(0);
    throw error;
  }
}

function damaged(file: string): string {
  return `${file} is damaged: what the stream carried in that hour cannot be asked.`;
}
