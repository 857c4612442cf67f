import { constants } from 'node:fs';
import { copyFile, link } from 'node:fs/promises';
import { codeOf } from './disk-errors.js';

/** Gives a file a second name; where the file system has no such, copies it. @throws EEXIST and the like */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    // Another file system, or one without second names.
    if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(codeOf(error))) throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}
