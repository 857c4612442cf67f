import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { removeFile } from '../storage/durable-files.js';
import type { BlobStore } from './blobs.js';
import { bodyOf } from './codec.js';
import { MessageError } from './message-error.js';
import type { Message } from './messages.js';
import type { Bytes, StoredBytes } from './record.js';

/** A file is read so much at a time, into memory that is used again: as many pieces as files were ever read at once. */
const PIECE_BYTES = 512 * 1024;
const buffers: Buffer[] = [];

/** The body of a message that came in: what it gives has the digest and the length that the message states. */
export class Body {
  constructor(
    private readonly stored: StoredBytes,
    private readonly facts: NonNullable<ReturnType<typeof bodyOf>>,
  ) {}

  get bytes(): number {
    return this.facts.bytes;
  }

  /** @throws MessageError that names the field which does not agree with the bytes */
  async read(): Promise<Uint8Array> {
    const bytes = await this.stored.read();
    this.#check(bytes.length, createHash('sha256').update(bytes).digest('hex'));
    return bytes;
  }

  /**
   * Writes it to a file that is not there yet, which is the caller's then; it is not to be changed, only deleted.
   * @throws MessageError that names the field which does not agree with the bytes; then there is no file
   */
  async saveTo(file: string): Promise<void> {
    await this.stored.saveTo(file);
    try {
      const { bytes, sha256 } = await digestOf({ file, bytes: 0 });
      this.#check(bytes, sha256);
    } catch (error) {
      await removeFile(file);
      throw error;
    }
  }

  #check(bytes: number, sha256: string): void {
    const { field, digestField } = this.facts;
    if (bytes !== this.facts.bytes)
      throw new MessageError(field, `is ${this.facts.bytes}, and the body has ${bytes} bytes`);
    if (sha256 !== this.facts.sha256)
      throw new MessageError(digestField, `is not the digest of the body, which is ${sha256}`);
  }
}

/**
 * @param value of the record
 * @param blobs null = this process has no blob store
 * @returns null for a message without a body
 * @throws MessageError when its body is where this process cannot look
 * @throws SP_NOT_FOUND when it is not there
 */
export async function openBody(
  message: Message,
  value: StoredBytes,
  blobs: BlobStore | null,
): Promise<Body | null> {
  const facts = bodyOf(message);
  if (facts === null) return null;
  if (facts.blob === null) return new Body(value, facts);
  if (facts.blob.store !== blobs?.name)
    throw new MessageError('blob.store', `is "${facts.blob.store}", which is not configured here`);
  return new Body(await blobs.open(facts.blob.key), facts);
}

/** SHA-256 in hex, and length, of bytes as they are. */
export async function digestOf(body: Bytes): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  if (!('file' in body)) return { bytes: body.length, sha256: hash.update(body).digest('hex') };
  const file = await open(body.file);
  const buffer = buffers.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
  try {
    for (let bytes = 0; ; ) {
      const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES);
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    buffers.push(buffer);
    await file.close();
  }
}
