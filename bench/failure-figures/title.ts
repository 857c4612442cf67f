import type { Company } from '../accuracy/render-graph.js';
import type { Title } from '../accuracy/types.js';

/** Length of what is made here, s: enough for a clip of 10 s. */
export const SECONDS = 12;

/** What attacks lay over it is generated, too. */
export const NOBODY: Company = { films: [], music: [], voices: [] };

export function generatedTitle(id: string, file: string, what: 'pictures' | 'sound'): Title {
  const made = { hasVideo: what === 'pictures', hasAudio: what === 'sound' };
  return { id, file, duration: SECONDS, ...made, sources: [id], split: 'tune' };
}
