import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { messageOf } from '../../../src/domain/errors.js';
import { run, runs } from './run.js';

/** What is installed into a virtual environment, and how it is known to be there. */
export interface PythonPackage {
  /** As pip takes it, versions pinned. */
  readonly requirements: readonly string[];
  readonly module: string;
  /** What must be on the machine to build it, as a person is told. */
  readonly needs: string;
}

/** Some are compiled. */
const INSTALL_TIMEOUT = 1800;

/** The interpreter of the package's environment, under the system's folder for temporary files. */
export function interpreter(wanted: PythonPackage): string {
  const name = wanted.requirements.join('_').replace(/[^\w.=-]/g, '-');
  return path.join(os.tmpdir(), 'streamprint-bench', 'python', name, 'bin', 'python');
}

/** Makes the environment where it is not there yet. Null when it works, else one sentence: what to install. */
export async function setUp(wanted: PythonPackage): Promise<string | null> {
  const python = interpreter(wanted);
  const folder = path.dirname(path.dirname(python));
  if (await runs(python, ['-c', `import ${wanted.module}`])) return null;
  try {
    await fs.rm(folder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder], INSTALL_TIMEOUT);
    await run(python, ['-m', 'pip', 'install', '--quiet', ...wanted.requirements], INSTALL_TIMEOUT);
    await run(python, ['-c', `import ${wanted.module}`], INSTALL_TIMEOUT);
    return null;
  } catch (error) {
    await fs.rm(folder, { recursive: true, force: true });
    return `${wanted.requirements[0]} needs ${wanted.needs} (${messageOf(error)})`;
  }
}
