import { readFile } from 'node:fs/promises';
import { codeOf } from '../../storage/disk-errors.js';
import { replaceFile } from '../../storage/durable-files.js';

/** Requests are kept on the bus for a day: more than this are not made in one. */
const MOST = 20_000;

/** Requests that were answered, on disk: each is answered once, whatever becomes of the process. */
export class Answered {
  private constructor(
    private readonly file: string,
    private readonly ids: Set<string>,
  ) {}

  static async open(file: string): Promise<Answered> {
    try {
      return new Answered(file, new Set(JSON.parse(await readFile(file, 'utf8')) as string[]));
    } catch (error) {
      // A file that cannot be read means that some are answered twice, which does no harm.
      if (codeOf(error) !== 'ENOENT' && !(error instanceof SyntaxError)) throw error;
      return new Answered(file, new Set());
    }
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  async add(id: string): Promise<void> {
    this.ids.add(id);
    for (const oldest of this.ids) {
      if (this.ids.size <= MOST) break;
      this.ids.delete(oldest);
    }
    await replaceFile(this.file, JSON.stringify([...this.ids]));
  }
}
