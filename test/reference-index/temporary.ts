import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder of its own for a test. */
export function temporaryDirectory(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-index-'));
}

export function removeDirectory(directory: string): void {
  fs.rmSync(directory, { recursive: true, force: true });
}
