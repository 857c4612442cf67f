import { constants } from 'node:buffer';
import os from 'node:os';
import { readFully } from '../../storage/durable-files.js';
import type { Section } from './segment-format.js';

/** What is read from a file at a time: 16 KiB. */
const PAGE_SHIFT = 14;
const PAGE_BYTES = 1 << PAGE_SHIFT;
/** Pages read ahead at a time: 1 MiB, a fraction of a millisecond where the file lies in the system's cache. */
const PAGES_AHEAD = 64;

/** This share of the memory that the process may use goes to what was read of segments, of all open ones together. */
const SHARE_OF_MEMORY = 0.25;
const budgetBytes =
  SHARE_OF_MEMORY * Math.min(os.totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
let plannedBytes = 0;

/**
 * A section of a segment file, which never changes, in memory page by page as it is read: a look-up reads thousands of
 * small pieces anywhere in it, and a call of the system for each costs more than all the rest. Memory that no page
 * was read into is not taken from the system.
 */
export class PagedSection {
  readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly isRead: Uint8Array;
  /** All pages before this one are read. */
  private ahead = 0;

  private constructor(
    private readonly fd: number,
    private readonly section: Section,
  ) {
    this.bytes = new Uint8Array(section.bytes);
    this.isRead = new Uint8Array(Math.ceil(section.bytes / PAGE_BYTES));
  }

  /** Null where the memory that is meant for it would not reach, or no array would: the section is to be read where it lies. */
  static plan(fd: number, section: Section): PagedSection | null {
    if (section.bytes > constants.MAX_LENGTH || plannedBytes + section.bytes > budgetBytes) return null;
    plannedBytes += section.bytes;
    return new PagedSection(fd, section);
  }

  /** Gives back the memory; to be called once. */
  close(): void {
    plannedBytes -= this.section.bytes;
  }

  /** Sees to it that `length` bytes from `from` on are in `bytes`. */
  need(from: number, length: number): void {
    // No array is longer than 2^32.
    const last = (from + length - 1) >>> PAGE_SHIFT;
    for (let page = from >>> PAGE_SHIFT; page <= last; page++) if (this.isRead[page] === 0) this.read(page);
  }

  /** Reads the next pages that were not asked for yet. @returns whether there were any */
  readAhead(): boolean {
    const { isRead } = this;
    while (isRead[this.ahead] === 1) this.ahead++;
    if (this.ahead === isRead.length) return false;
    let pages = 1;
    while (pages < PAGES_AHEAD && isRead[this.ahead + pages] === 0) pages++;
    this.read(this.ahead, pages);
    this.ahead += pages;
    return true;
  }

  private read(page: number, pages = 1): void {
    const from = page * PAGE_BYTES;
    readFully(this.fd, this.bytes.subarray(from, from + pages * PAGE_BYTES), this.section.offset + from);
    this.isRead.fill(1, page, page + pages);
  }
}
