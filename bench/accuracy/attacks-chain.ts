import { Random } from '../../samples/random.js';
import { ENCODING, type Recipe, recipe } from './attacks-recipe.js';

/** Of each chain three come from different ones of these, in this order. */
const POOLS = [
  ['crop-10', 'letterbox', 'pillarbox', 'squeeze-4to3', 'mirrored', 'zoom-1.25', 'border-over'],
  ['logo-ticker-clock', 'subtitles', 'colour', 'gamma', 'grey', 'contrast', 'blur-noise'],
  ['speed+4', 'speed-4', 'tempo+4', 'tempo-4', 'fps-30', 'drops'],
  ['aac-32k', 'lowpass-4k', 'compression', 'reverb', 'talkover-0-espeak'],
] as const;

/** Chains of three attacks at random, the same ones every time. */
export function chains(count: number, single: readonly Recipe[]): Recipe[] {
  return Array.from({ length: count }, (_, n) => {
    const random = new Random(`chain ${n + 1}`);
    const left = random.int(0, POOLS.length - 1);
    const parts = POOLS.filter((_, pool) => pool !== left).map((names) => {
      const name = random.pick<string>(names);
      return single.find((attack) => attack.name === name)!;
    });
    return recipe(
      `chain-${n + 1}`,
      'chain of three',
      parts.map((part) => part.name).join(', '),
      parts.flatMap((part) => part.steps),
      {
        speed: parts.reduce((speed, part) => speed * part.speed, 1),
        mirrored: parts.some((part) => part.mirrored),
        encoding: parts.map((part) => part.encoding).find((encoding) => encoding !== ENCODING),
      },
    );
  });
}
