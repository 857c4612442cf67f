import fs from 'node:fs/promises';
import path from 'node:path';
import { makeChannel, makeProgramme } from '../support/programme.js';

/** Makes a folder of small programmes, a few at a time; their asset ids are the names given. */
export async function makeProgrammes(
  folder: string,
  names: readonly string[],
  seconds: number,
): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  const left = names.entries();
  const lane = async () => {
    for (const [i, name] of left) await makeProgramme(path.join(folder, `${name}.mp4`), 500 + i, seconds);
  };
  await Promise.all([lane(), lane()]);
}

/** A stretch of each programme, one after the other, as a channel would carry them. */
export async function makeMedley(
  file: string,
  folder: string,
  names: readonly string[],
  stretch: { readonly from: number; readonly seconds: number },
): Promise<void> {
  await makeChannel(
    file,
    names.map((name) => ({ file: path.join(folder, `${name}.mp4`), ...stretch })),
  );
}

export const names = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `title-${String(i + 1).padStart(2, '0')}`);
