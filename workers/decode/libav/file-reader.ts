import { closeSync, openSync, readSync } from 'node:fs';
import type { IOContext } from 'node-av/lib';
import type { Library } from './library.js';

const BUFFER = 64 * 1024;
/** Further away than any file reaches. */
const FAR = 1n << 50n;

/** As long as there is a reader, its thread does not end by itself: one that idles is set free. */
const IDLE_MS = 500;

/** The readers of a thread: one, unless inputs are decoded at the same time. */
export class FileReaders {
  readonly #idle: FileReader[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly library: Library) {}

  take(): FileReader {
    clearTimeout(this.#timer);
    return this.#idle.pop() ?? new FileReader(this.library);
  }

  giveBack(reader: FileReader): void {
    this.#idle.push(reader);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const idle of this.#idle.splice(0)) idle.free();
    }, IDLE_MS);
  }
}

/**
 * Lets the library read local files, one after the other, through our own calls: it cannot open anything by
 * itself, so that nothing inside the media can make it fetch or read something else.
 *
 * Used again for file after file, because the bindings lose the buffer of each one that is set free.
 */
export class FileReader {
  readonly io: IOContext;
  #fd: number | null = null;
  #bytes = 0;
  #position = 0;

  constructor(private readonly library: Library) {
    const buffer = Buffer.allocUnsafe(BUFFER);
    this.io = new library.lib.IOContext();
    this.io.allocContextWithCallbacks(
      BUFFER,
      0,
      (size) => this.#read(buffer, size),
      null,
      (offset, whence) => this.#seek(offset, whence),
    );
  }

  open(path: string, bytes: number): void {
    const { AVSEEK_SET } = this.library.K;
    this.#fd = openSync(path, 'r');
    this.#bytes = bytes;
    // What is buffered is of the file before: only a step out of the buffer makes the library read anew.
    this.io.seekSync(FAR, AVSEEK_SET);
    this.io.seekSync(0n, AVSEEK_SET);
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  free(): void {
    this.close();
    this.io.freeContext();
  }

  #read(buffer: Buffer, size: number): Buffer | null {
    if (this.#fd === null) return null;
    const got = readSync(this.#fd, buffer, 0, Math.min(size, BUFFER), this.#position);
    this.#position += got;
    return got === 0 ? null : buffer.subarray(0, got);
  }

  #seek(offset: bigint, whence: number): bigint {
    const { K } = this.library;
    if (whence === K.AVSEEK_SIZE) return BigInt(this.#bytes);
    const base = whence === K.AVSEEK_CUR ? this.#position : whence === K.AVSEEK_END ? this.#bytes : 0;
    this.#position = Math.max(0, base + Number(offset));
    return BigInt(this.#position);
  }
}
