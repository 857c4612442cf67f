import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder for a peer's files, made when first asked for. */
export class ScratchFolder {
  #path: string | null = null;

  get path(): string {
    this.#path ??= fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-peer-'));
    return this.#path;
  }

  remove(): void {
    if (this.#path) fs.rmSync(this.#path, { recursive: true, force: true });
    this.#path = null;
  }
}
