import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const NAME = /^streamprint-(\d+)-\w+$/;

/**
 * Makes a folder for what this process fetches; the caller deletes it. Folders of processes that were killed
 * before they could are deleted meanwhile: their names carry the process id.
 * @param parent where such folders lie
 */
export async function makeSpool(parent = os.tmpdir()): Promise<string> {
  for (const name of await fs.readdir(parent)) {
    const owner = NAME.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner)))
      // What cannot be deleted is another user's.
      await fs.rm(path.join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
  return fs.mkdtemp(path.join(parent, `streamprint-${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
