import { Random } from '../../samples/random.js';
import { judged } from './attacks.js';
import { generatedNegatives } from './negatives-material-generated.js';
import type { Studio } from './programmes.js';
import { type Source, shuffled } from './titles-inventory.js';
import type { Negative, Split } from './types.js';

/** So many titles under attack follow each hard one: those are four times as long. */
const ATTACKED_EACH = 12;

/**
 * Streams without anything of the other split: generated hard ones, and every title of this split under every
 * attack that applies to it, both in random order and mixed, so that any number of them from the front is a mix.
 * What is laid over a title must come from its own split: `studio.render` sees to that.
 */
export function negatives(
  studio: Studio,
  sources: readonly Source[],
  split: Split,
  seed: number,
): readonly Negative[] {
  const random = new Random(`negatives ${split} ${seed}`);
  const attacked = studio.titles
    .filter((title) => title.split === split)
    .flatMap((title) =>
      studio.attacks
        .filter((attack) => judged(title, attack).length > 0)
        .map((attack): Negative => {
          const seconds = Math.max(1, Math.min(75, (title.duration - 2) / attack.speed));
          return {
            name: `${title.id} under ${attack.name}`,
            kind: 'title under attack',
            seconds,
            sources: title.sources,
            file: async () => (await studio.render(title, attack, seed)).file,
          };
        }),
    );
  const photos = sources.filter((source) => source.kind === 'photo' && source.split === split);
  return mixed(shuffled(attacked, random), shuffled(generatedNegatives(photos, seed), random));
}

function mixed(attacked: readonly Negative[], hard: readonly Negative[]): Negative[] {
  const rest = [...hard];
  const all = attacked.flatMap((negative, n) =>
    n % ATTACKED_EACH === 0 ? [...rest.splice(0, 1), negative] : [negative],
  );
  return [...all, ...rest];
}
