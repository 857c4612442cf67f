import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { diskError } from '../../storage/disk-errors.js';
import { removeFile } from '../../storage/durable-files.js';
import { linkOrCopy } from '../../storage/link-or-copy.js';
import type { SegmentContent } from '../drafts.js';

/** A segment that is kept: what is said of it is on disk, this much in memory. */
export interface Kept {
  readonly number: number;
  readonly stream: string;
  /** The stretch of the stream that it shows, UTC ms. */
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  /** When it was kept, or pinned, ms UTC. */
  readonly at: number;
  readonly pinned: boolean;
}

interface Card {
  readonly kept: Omit<Kept, 'pinned'>;
  readonly content: SegmentContent;
}

const CARD = /^(\d{12})\.json$/;

/** Kept segments on disk: the media, a card that says what they are, and a mark on those that are pinned. */
export class KeptFiles {
  constructor(private readonly directory: string) {}

  mediaOf(number: number): string {
    return `${this.#nameOf(number)}.media`;
  }

  /** Keeps a file, which stays its owner's, by a second name where the file system has such. @throws SP_DISK_FULL */
  async add({ pinned, ...kept }: Kept, content: SegmentContent, file: string): Promise<void> {
    try {
      await linkOrCopy(file, this.mediaOf(kept.number));
      const card: Card = { kept, content };
      await writeFile(`${this.#nameOf(kept.number)}.json`, JSON.stringify(card), { flag: 'wx' });
    } catch (error) {
      await this.remove({ number: kept.number, pinned });
      throw diskError(this.directory, error);
    }
  }

  /** @throws SP_DISK_FULL */
  async pin(number: number): Promise<void> {
    try {
      await writeFile(`${this.#nameOf(number)}.pin`, '');
    } catch (error) {
      throw diskError(this.directory, error);
    }
  }

  async contentOf(number: number): Promise<SegmentContent> {
    return (await this.#card(number)).content;
  }

  async remove({ number, pinned }: Pick<Kept, 'number' | 'pinned'>): Promise<void> {
    for (const kind of ['json', 'media', ...(pinned ? ['pin'] : [])])
      await removeFile(`${this.#nameOf(number)}.${kind}`);
  }

  /** What an earlier process kept, oldest first; what is not whole is deleted. */
  async load(): Promise<Kept[]> {
    await mkdir(this.directory, { recursive: true });
    const names = new Set(await readdir(this.directory));
    const kept: Kept[] = [];
    for (const name of [...names].sort()) {
      const digits = CARD.exec(name)?.[1];
      if (digits === undefined) continue;
      const number = Number(digits);
      try {
        const card = await this.#card(number);
        if ((await stat(this.mediaOf(number))).size !== card.kept.bytes) throw new Error('not whole');
        kept.push({ ...card.kept, pinned: names.has(`${digits}.pin`) });
      } catch {
        await this.remove({ number, pinned: names.has(`${digits}.pin`) });
      }
    }
    const known = new Set(kept.map(({ number }) => path.basename(this.#nameOf(number))));
    for (const name of names)
      if (!known.has(name.slice(0, 12))) await removeFile(path.join(this.directory, name));
    return kept;
  }

  async #card(number: number): Promise<Card> {
    return JSON.parse(await readFile(`${this.#nameOf(number)}.json`, 'utf8')) as Card;
  }

  #nameOf(number: number): string {
    return path.join(this.directory, String(number).padStart(12, '0'));
  }
}
