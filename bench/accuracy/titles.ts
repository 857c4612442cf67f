import path from 'node:path';
import { Random } from '../../samples/random.js';
import { StreamprintError } from '../../src/domain/errors.js';
import { cached, identityOf } from '../lib/cache.js';
import { ffmpeg } from '../lib/ffmpeg.js';
import { composedTitles } from './titles-composed.js';
import { inventory, type Source } from './titles-inventory.js';
import type { Title } from './types.js';

/** Films shorter than this are no titles, s. */
const SHORTEST_FILM = 8;
/** Music and speech are cut into stretches of this length at most, and none shorter than the second, s. */
const STRETCH = 90;
const SHORTEST_STRETCH = 30;

export interface Collection {
  readonly sources: readonly Source[];
  readonly titles: readonly Title[];
}

/**
 * The titles that folders of media give: films as they are, stretches of music and speech, and composed ones.
 * Throws `SP_INPUT_NOT_MEDIA` when nothing in the folders can be used.
 */
export async function collect(folders: readonly string[], seed: number): Promise<Collection> {
  const random = new Random(`titles ${seed}`);
  const sources = await inventory(folders, random);
  const films = sources.filter(
    (source) => source.kind === 'film' && source.facts.hasVideo && source.facts.duration >= SHORTEST_FILM,
  );
  const sounds = sources.filter((source) => source.kind === 'music' || source.kind === 'speech');
  const titles: Title[] = films.map(filmTitle);
  titles.push(...(await Promise.all(sounds.flatMap(stretches))));
  for (const split of ['tune', 'judge'] as const)
    titles.push(
      ...(await composedTitles(
        sources.filter((source) => source.split === split),
        split,
        new Random(`composed ${split} ${seed}`),
      )),
    );
  if (titles.length === 0)
    throw new StreamprintError('SP_INPUT_NOT_MEDIA', `no film, music or speech in ${folders.join(', ')}`);
  return { sources, titles };
}

function filmTitle({ file, work, split, facts }: Source): Title {
  return {
    id: path.basename(file),
    file,
    duration: facts.duration,
    hasVideo: facts.hasVideo,
    hasAudio: facts.hasAudio,
    sources: [work],
    split,
  };
}

/** A sound file's stretches, lossless. */
function stretches(source: Source): Promise<Title>[] {
  const made: Promise<Title>[] = [];
  for (let start = 0; start + SHORTEST_STRETCH <= source.facts.duration; start += STRETCH) {
    const seconds = Math.min(STRETCH, source.facts.duration - start);
    made.push(stretch(source, start, seconds));
  }
  return made;
}

async function stretch(source: Source, start: number, seconds: number): Promise<Title> {
  const id = `${path.basename(source.file)}@${start}`;
  const file = await cached(
    'titles',
    [identityOf(source.file), start, seconds, 'flac'],
    'flac',
    async (out) => {
      const from = ['-ss', String(start), '-t', seconds.toFixed(3), '-i', source.file];
      await ffmpeg(`title ${id}`, [...from, '-map', '0:a:0', '-c:a', 'flac', out]);
    },
  );
  return {
    id,
    file,
    duration: seconds,
    hasVideo: false,
    hasAudio: true,
    sources: [source.work],
    split: source.split,
  };
}
