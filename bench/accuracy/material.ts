import { ATTACKS, attackNamed, judged } from './attacks.js';
import type { Recipe } from './attacks-recipe.js';
import { negatives } from './negatives-material.js';
import { sharedContent } from './negatives-material-shared.js';
import { programme, type Studio } from './programmes.js';
import { type CleanRendering, LONGEST, render } from './render.js';
import { clips } from './render-clips.js';
import type { Company } from './render-graph.js';
import { type Collection, collect } from './titles.js';
import type { Material, Rendering, Split, Title } from './types.js';

/** Films wider than this cost too much to be shown behind others, pixels. */
const LARGEST_COMPANY = 1280;

/** Played over and over, the time stamps of these run away, and ffmpeg with them. */
const UNLOOPABLE = /\.(wmv|asf|avi|flv)$/i;

/**
 * What the media of some folders give. Two calls with the same folders and seed give the same. Other content is
 * laid over a title from the other split, which the title's catalogue does not hold; over a negative from its own.
 */
export async function loadMaterial(
  folders: readonly string[],
  seed: number,
  rendered = LONGEST,
): Promise<Material> {
  const collection = await collect(folders, seed);
  const { sources, titles } = collection;
  const known = new WeakMap<Rendering, CleanRendering>();
  const studio = (companyFor: (title: Title) => Split): Studio => ({
    titles,
    attacks: ATTACKS,
    render: (title: Title, attack: Recipe, renderSeed: number) =>
      render(title, attack, companyOf(collection, companyFor(title)), renderSeed),
  });
  const otherOf = (title: Title): Split => (title.split === 'tune' ? 'judge' : 'tune');
  const forRecall = studio(otherOf);
  const forNegatives = studio((title) => title.split);
  return {
    titles,
    judged: (title, attack) => judged(title, attackNamed(attack.name)),
    render: async (title, attack, renderSeed) => {
      const company = companyOf(collection, otherOf(title));
      const made = await render(title, attackNamed(attack.name), company, renderSeed, rendered);
      known.set(made, made);
      return made;
    },
    clips: async (rendering, length, count, clipSeed) => {
      const made = known.get(rendering);
      if (!made) throw new RangeError(`${rendering.file} was not rendered from this material`);
      return clips(made, length, count, clipSeed);
    },
    programme: (split, minutes, programmeSeed) => programme(forRecall, split, minutes, programmeSeed),
    negatives: (split, negativesSeed) => negatives(forNegatives, sources, split, negativesSeed),
    sharedContent: (split, sharedSeed) => sharedContent(sources, split, sharedSeed),
  };
}

/** One split's media, for laying over titles of the other. */
function companyOf({ sources }: Collection, split: Split): Company {
  const of = (kind: 'film' | 'music' | 'speech') =>
    sources
      .filter(
        (source) =>
          source.split === split &&
          source.kind === kind &&
          source.facts.width <= LARGEST_COMPANY &&
          !UNLOOPABLE.test(source.file),
      )
      .map(({ file, facts }) => ({ file, duration: facts.duration }));
  return { films: of('film'), music: of('music'), voices: of('speech') };
}
