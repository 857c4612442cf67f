import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Of PyPI; what it checks differs from version to version. */
const VERSION = '4.32.5';

/**
 * The `schemathesis` program in an environment of its own below the folder for temporary files, made when it is
 * first asked for; null = there is no Python 3.10 or newer, or its packages cannot be had.
 */
export async function schemathesis(): Promise<string | null> {
  const folder = path.join(os.tmpdir(), `streamprint-schemathesis-${VERSION}-${os.userInfo().uid}`);
  const program = path.join(folder, 'bin', 'schemathesis');
  if (await isThere(program)) return program;
  try {
    await run('python3', ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))']);
    await run('python3', ['-m', 'venv', folder]);
    await run(path.join(folder, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${VERSION}`]);
    return program;
  } catch {
    await fs.rm(folder, { recursive: true, force: true });
    return null;
  }
}

const isThere = (file: string): Promise<boolean> =>
  fs.access(file).then(
    () => true,
    () => false,
  );
