import fs from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../storage/disk-errors.js';
import { replaceFile } from '../storage/durable-files.js';
import type { Content } from '../transport/index.js';

/** A segment that was fetched. */
export interface EvidenceSegment {
  /** Name within its folder. */
  readonly file: string;
  readonly content: Content<'evidence/1'>;
}

/** What was fetched for a detection. */
export interface EvidenceCard {
  /** ms since 1970. */
  readonly fetchedAt: number;
  /** Up to which moment of the stream it was asked for, ms since 1970. */
  readonly askedTo: number;
  readonly segments: readonly EvidenceSegment[];
  /** What the probe said at the end; empty = all of it is there. */
  readonly missing: string;
}

const CARD = 'evidence.json';
/** Ids that are names of folders: nothing but what UUIDs are made of. */
const ID = /^[0-9a-f-]{1,64}$/i;

/** What was fetched, on disk: a folder a detection, the oldest of which go when there is too much. */
export class MediaFiles {
  constructor(
    private readonly directory: string,
    private readonly maxBytes: number,
  ) {}

  /** The folder of a detection; null for an id that is none. */
  folderOf(detection: string): string | null {
    return ID.test(detection) ? path.join(this.directory, detection) : null;
  }

  async cardOf(detection: string): Promise<EvidenceCard | null> {
    const folder = this.folderOf(detection);
    if (!folder) return null;
    try {
      return JSON.parse(await fs.readFile(path.join(folder, CARD), 'utf8')) as EvidenceCard;
    } catch (error) {
      // A card that cannot be read means that it is fetched again.
      if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return null;
      throw error;
    }
  }

  async write(detection: string, card: EvidenceCard): Promise<void> {
    const folder = this.folderOf(detection);
    if (folder) await replaceFile(path.join(folder, CARD), JSON.stringify(card));
    await this.#trim();
  }

  /** An empty folder for what is fetched. */
  async begin(detection: string): Promise<string> {
    const folder = this.folderOf(detection);
    if (!folder) throw new RangeError(`${detection} is no id of a detection`);
    await fs.rm(folder, { recursive: true, force: true });
    await fs.mkdir(folder, { recursive: true });
    return folder;
  }

  async #trim(): Promise<void> {
    const folders: { readonly folder: string; readonly bytes: number; readonly at: number }[] = [];
    for (const name of await fs.readdir(this.directory)) {
      const card = await this.cardOf(name);
      const folder = path.join(this.directory, name);
      const bytes = card?.segments.reduce((sum, { content }) => sum + content.bytes, 0) ?? 0;
      if (card) folders.push({ folder, bytes, at: card.fetchedAt });
    }
    let kept = 0;
    for (const { folder, bytes } of folders.sort((a, b) => b.at - a.at)) {
      kept += bytes;
      if (kept > this.maxBytes) await fs.rm(folder, { recursive: true, force: true });
    }
  }
}
