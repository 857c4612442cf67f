import fs from 'node:fs/promises';
import path from 'node:path';
import { StreamprintError } from '../domain/errors.js';
import { hasMediaName, naturalOrder } from '../domain/media-names.js';

const MAX_FILES = 1_000_000;

/**
 * The media files that a path stands for: itself, whatever its name, or all in a folder and below that have the
 * name of media, in order of name.
 * @param isWanted which names of files in a folder those are
 * @throws SP_INPUT_MISSING when there is nothing, or no media in the folder
 */
export async function mediaFilesAt(
  target: string,
  isWanted: (name: string) => boolean = hasMediaName,
): Promise<string[]> {
  const stat = await fs.stat(target).catch((cause: unknown) => {
    throw new StreamprintError('SP_INPUT_MISSING', `${target} does not exist or cannot be read.`, { cause });
  });
  if (!stat.isDirectory()) return [target];
  const entries = await fs.readdir(target, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && isWanted(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort(naturalOrder);
  if (files.length === 0)
    throw new StreamprintError('SP_INPUT_MISSING', `The folder ${target} holds no media.`);
  if (files.length > MAX_FILES)
    throw new StreamprintError(
      'SP_INPUT_TOO_LARGE',
      `The folder ${target} holds over ${MAX_FILES} media files.`,
    );
  return files;
}
