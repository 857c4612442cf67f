import { attackNamed, judged } from './attacks.js';
import { type CleanRendering, render } from './render.js';
import { clips } from './render-clips.js';
import type { Company } from './render-graph.js';
import { type Collection, collect } from './titles.js';
import type { Material, Rendering, Split } from './types.js';

/** Films wider than this cost too much to be shown behind others, pixels. */
const LARGEST_COMPANY = 1280;

/** What the media of some folders give. Two calls with the same folders and seed give the same. */
export async function loadMaterial(
  folders: readonly string[],
  seed: number,
): Promise<Pick<Material, 'titles' | 'judged' | 'render' | 'clips'>> {
  const collection = await collect(folders, seed);
  const rendered = new WeakMap<Rendering, CleanRendering>();
  return {
    titles: collection.titles,
    judged: (title, attack) => judged(title, attackNamed(attack.name)),
    render: async (title, attack, renderSeed) => {
      const company = companyOf(collection, title.split === 'tune' ? 'judge' : 'tune');
      const made = await render(title, attackNamed(attack.name), company, renderSeed);
      rendered.set(made, made);
      return made;
    },
    clips: async (rendering, length, count, clipSeed) => {
      const made = rendered.get(rendering);
      if (!made) throw new RangeError(`${rendering.file} was not rendered from this material`);
      return clips(made, length, count, clipSeed);
    },
  };
}

/** One split's media, for laying over titles of the other. */
export function companyOf({ sources }: Collection, split: Split): Company {
  const of = (kind: 'film' | 'music' | 'speech') =>
    sources
      .filter(
        (source) => source.split === split && source.kind === kind && source.facts.width <= LARGEST_COMPANY,
      )
      .map(({ file, facts }) => ({ file, duration: facts.duration }));
  return { films: of('film'), music: of('music'), voices: of('speech') };
}
