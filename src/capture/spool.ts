import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StreamprintError } from '../domain/errors.js';
import { shortDigest, slug } from '../domain/slug.js';

/**
 * So much is written at a time: each call of the system costs more than copying what a socket gives at once, into memory
 * that is used again.
 */
const PIECE_BYTES = 256 * 1024;
const buffers: Buffer[] = [];

export interface SpooledFile {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of what was written, in hex. */
  readonly digest: string;
}

/** Writes the files of one stream into the folder where captured media waits for its receiver. */
export class Spool {
  private readonly prefix: string;
  private count = 0;

  constructor(
    private readonly directory: string,
    stream: string,
  ) {
    const run = randomBytes(4).toString('hex');
    this.prefix = `${slug(stream).slice(0, 40)}-${shortDigest(stream)}-${run}`;
  }

  /**
   * Writes a new file; leaves nothing when that fails. Throws SP_DISK_FULL when there is no space, and whatever
   * the chunks throw.
   */
  async write(extension: string, chunks: AsyncIterable<Uint8Array>): Promise<SpooledFile> {
    const file = this.begin(extension);
    try {
      for await (const chunk of chunks) await file.write(chunk);
      return await file.end();
    } catch (error) {
      await file.discard();
      throw error;
    }
  }

  /** A new file that is written piece by piece. */
  begin(extension: string): SpoolWriter {
    return new SpoolWriter(
      this.directory,
      join(this.directory, `${this.prefix}-${this.count++}.${extension}`),
    );
  }
}

/** A file of the spool that is being written. Every call throws SP_DISK_FULL when there is no space. */
export class SpoolWriter {
  private readonly hash = createHash('sha256');
  private bytes = 0;
  private file: FileHandle | null = null;
  /** Its first `filled` bytes are not written yet. */
  private buffer: Buffer | null = null;
  private filled = 0;

  constructor(
    private readonly directory: string,
    readonly path: string,
  ) {}

  get size(): number {
    return this.bytes;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.hash.update(chunk);
    this.bytes += chunk.byteLength;
    this.buffer ??= buffers.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
    for (let at = 0; at < chunk.byteLength; ) {
      const part = chunk.subarray(at, at + PIECE_BYTES - this.filled);
      this.buffer.set(part, this.filled);
      this.filled += part.byteLength;
      at += part.byteLength;
      if (this.filled === PIECE_BYTES) await this.told(() => this.flush());
    }
  }

  /** It is whole: what was written. */
  async end(): Promise<SpooledFile> {
    await this.told(async () => {
      await this.flush();
      await this.file!.close();
    });
    this.giveBack();
    return { path: this.path, bytes: this.bytes, digest: this.hash.digest('hex') };
  }

  /** Leaves nothing of it. */
  async discard(): Promise<void> {
    this.giveBack();
    await this.file?.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }

  private giveBack(): void {
    if (this.buffer) buffers.push(this.buffer);
    this.buffer = null;
  }

  private async flush(): Promise<void> {
    this.file ??= await this.open();
    if (this.buffer) await this.file.writeFile(this.buffer.subarray(0, this.filled));
    this.filled = 0;
  }

  private async open(): Promise<FileHandle> {
    try {
      return await open(this.path, 'wx');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      await mkdir(this.directory, { recursive: true });
      return open(this.path, 'wx');
    }
  }

  private async told(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw isDiskFull(error)
        ? new StreamprintError('SP_DISK_FULL', `no space left in ${this.directory}`, { cause: error })
        : error;
    }
  }
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ENOSPC' || error.code === 'EDQUOT' || error.code === 'EFBIG';
}
