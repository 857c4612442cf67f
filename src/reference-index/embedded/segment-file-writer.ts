import fs from 'node:fs';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { UNFINISHED, writeFully } from '../../storage/durable-files.js';
import {
  encodeHeader,
  HEADER_BYTES,
  type Section,
  type SectionName,
  type SectionTable,
} from './segment-format.js';

const fsync = promisify(fs.fsync);

/** Writes the sections of a segment one after the other, aside, until `finish` gives the file its name. */
export class SegmentFileWriter {
  private readonly fd: number;
  private open = true;
  private position = HEADER_BYTES;
  private sectionStart = HEADER_BYTES;
  private crc = 0;
  private readonly table: Partial<Record<SectionName, Section>> = {};

  constructor(private readonly file: string) {
    this.fd = fs.openSync(file + UNFINISHED, 'w');
  }

  write(bytes: Uint8Array): void {
    writeFully(this.fd, bytes, this.position);
    this.crc = crc32(bytes, this.crc);
    this.position += bytes.length;
  }

  endSection(name: SectionName): void {
    this.table[name] = { offset: this.sectionStart, bytes: this.position - this.sectionStart, crc: this.crc };
    this.sectionStart = this.position;
    this.crc = 0;
  }

  /** Returns the bytes of the file, which lasts once its folder was synced. */
  async finish(): Promise<number> {
    writeFully(this.fd, encodeHeader(this.table as SectionTable), 0);
    await fsync(this.fd);
    this.closeOnce();
    fs.renameSync(this.file + UNFINISHED, this.file);
    return this.position;
  }

  /** Leaves nothing of an unfinished file behind. */
  abandon(): void {
    this.closeOnce();
    fs.rmSync(this.file + UNFINISHED, { force: true });
  }

  private closeOnce(): void {
    if (this.open) fs.closeSync(this.fd);
    this.open = false;
  }
}
