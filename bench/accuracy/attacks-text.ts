import type { Random } from '../../samples/random.js';

const WORDS =
  'the river market morning seven harbour letter quiet answer doctor winter yellow engine before garden council listen number open bridge story under captain minister weather twenty people evening paper nothing return silver station together window almost travel question village remember island better brother music river season history reason central company report danger forest table second'.split(
    ' ',
  );

/** Plain words at random. */
export function words(random: Random, count: number): string[] {
  return Array.from({ length: count }, () => random.pick(WORDS));
}

/** Four to eight words with a capital and a full stop, meaning nothing. */
export function sentence(random: Random): string {
  const text = words(random, random.int(4, 8)).join(' ');
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
