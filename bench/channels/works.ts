import fs from 'node:fs';
import path from 'node:path';
import { Piscina } from 'piscina';
import { OTHERS, TITLES } from '../../samples/catalogue.js';
import type { GenreName } from '../../samples/genres.js';
import type { Material } from '../../samples/material.js';
import { collect } from '../accuracy/titles.js';
import { cached } from '../lib/cache.js';
import type { Work } from './types.js';
import type { WorkJob } from './works-job.js';

/** To be raised whenever what `samples/` paints changes. */
const SAMPLES_VERSION = 1;
/** Works need so many seconds, and so many titles are planted at most. */
const SHORTEST = 8;
const MOST_PLANTED = 24;
const GENRES: readonly GenreName[] = ['drama', 'action', 'nature', 'music', 'talk'];

/** Generated shows and adverts that nobody holds rights in, beside those of the demo. */
const SHOWS: readonly Material[] = Array.from({ length: 6 }, (_, n) => ({
  id: `local-show-${n + 1}`,
  genre: GENRES[n % GENRES.length]!,
  duration: 40,
}));

/** Generated works: the titles of the demo's catalogue are planted. Made once and kept in the folder for temporary files. */
export async function generatedWorks(): Promise<Work[]> {
  const pool = new Piscina<WorkJob, void>({
    filename: new URL('./works-job.js', import.meta.url).href,
    maxThreads: 2,
  });
  const make = async (material: Material, title: string, planted: boolean): Promise<Work> => ({
    id: material.id,
    title,
    file: await cached('channels-works', [material, SAMPLES_VERSION], 'mp4', (file) =>
      pool.run({ material, file }),
    ),
    duration: material.duration,
    planted,
  });
  try {
    return await Promise.all([
      ...TITLES.map((title) =>
        make({ id: title.id, genre: title.genre, duration: title.duration }, title.title, true),
      ),
      ...[...OTHERS, ...SHOWS].map((material) => make(material, material.id, false)),
    ]);
  } finally {
    await pool.destroy();
  }
}

/** Works from the films, music and photographs of a folder: of half of the sources planted, of the other half not. */
export async function worksOf(media: string, seed: number): Promise<Work[]> {
  const { titles } = await collect([media], seed);
  const usable = titles.filter((title) => title.hasVideo && title.duration >= SHORTEST);
  const planted = usable.filter((title) => title.split === 'judge').slice(0, MOST_PLANTED);
  const others = usable.filter((title) => title.split === 'tune');
  return [...planted, ...others].map(({ id, file, duration, split }) => ({
    // Both halves have composed works of the same names.
    id: split === 'judge' ? slug(id) : `other-${slug(id)}`,
    title: id,
    file,
    duration,
    planted: split === 'judge',
  }));
}

function slug(name: string): string {
  return path
    .parse(name)
    .name.toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
}

/** Bytes of a file, for keys of what is made from it. */
export function sizeOf(file: string): number {
  return fs.statSync(file).size;
}
