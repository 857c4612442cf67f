import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StreamprintError } from '../domain/errors.js';
import { shortDigest, slug } from '../domain/slug.js';

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
    const path = join(this.directory, `${this.prefix}-${this.count++}.${extension}`);
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      await mkdir(this.directory, { recursive: true });
      const file = await open(path, 'wx');
      try {
        for await (const chunk of chunks) {
          hash.update(chunk);
          await file.writeFile(chunk);
          bytes += chunk.byteLength;
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(path, { force: true });
      throw isDiskFull(error)
        ? new StreamprintError('SP_DISK_FULL', `no space left in ${this.directory}`, { cause: error })
        : error;
    }
    return { path, bytes, digest: hash.digest('hex') };
  }
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ENOSPC' || error.code === 'EDQUOT' || error.code === 'EFBIG';
}
