import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from '../../src/cli/output.js';

/** Of the repository. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/** bench/results/NAME.json */
export const resultsFile = (name: string) => path.join(ROOT, 'bench', 'results', `${name}.json`);

/** Writes bench/results/NAME.json: the figures, with machine, commit and settings beside them. */
export function writeResults(name: string, figures: object, settings: object): void {
  const file = resultsFile(name);
  const facts = {
    machine: machine(),
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
    settings,
  };
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify({ ...figures, ...facts }, null, 2)}\n`);
  console.log(`\nwritten to ${path.relative(process.cwd(), file)}`);
}

/** Rows of figures under a title, as people read them. */
export function printTable(
  title: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  console.log(`\n${title}\n${table(header, rows)}`);
}

/** What the figures were taken on. */
export function machine() {
  return {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 1024 ** 3),
    node: process.versions.node,
  };
}

/** Of the repository; `+` when files were changed since. */
export function commit(): string {
  try {
    const dirty = execFileSync('git', ['status', '--porcelain', '--untracked-files=no'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    return (
      execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim() +
      (dirty ? '+' : '')
    );
  } catch {
    return 'unknown';
  }
}
