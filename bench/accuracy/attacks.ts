import { onPictures, type Recipe, recipe } from './attacks-recipe.js';
import type { Modality, Title } from './types.js';

/** Every attack with its parameters. */
export const ATTACKS: readonly Recipe[] = [
  recipe('identity', 'encoding', 'H.264 at CRF 16, at most 1280 wide, AAC 192k', [], {
    encoding: { largest: 1280, quality: ['-preset', 'ultrafast', '-crf', '16'], soundRate: 192 },
  }),
  recipe('reencode', 'encoding', '320 wide, 300 kbit/s, AAC 64k', [], {
    encoding: { largest: 320, quality: ['-b:v', '300k', '-maxrate', '300k', '-bufsize', '600k'] },
  }),
  ...[5, 10, 20].map((percent) =>
    onPictures(`crop-${percent}`, 'geometry', `the centre ${100 - percent} % of width and height`, (g) => {
      const share = 1 - percent / 100;
      g.resize(g.width * share, g.height * share, (w, h) => `crop=${w}:${h}`);
    }),
  ),
  onPictures('mirrored', 'geometry', 'left and right exchanged', (g) => g.filterPicture('hflip'), {
    mirrored: true,
  }),
];

/** Throws when there is no attack of that name. */
export function attackNamed(name: string): Recipe {
  const found = ATTACKS.find((attack) => attack.name === name);
  if (!found)
    throw new RangeError(`no attack ${name}; there are ${ATTACKS.map((attack) => attack.name).join(', ')}`);
  return found;
}

/** The modalities in which an attack on a title is judged: none when it lacks what the attack is about. */
export function judged(title: Title, attack: Recipe): readonly Modality[] {
  if (attack.needs.includes('pictures') && !title.hasVideo) return [];
  if (attack.needs.includes('sound') && !title.hasAudio) return [];
  return attack.judged.filter((modality) => {
    if (modality === 'video') return title.hasVideo;
    if (modality === 'audio') return title.hasAudio;
    return title.hasVideo && title.hasAudio;
  });
}
