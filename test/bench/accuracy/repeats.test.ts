import { describe, expect, it } from 'vitest';
import { repeatsOf, type TitleSound } from '../../../bench/accuracy/repeats.js';
import { TICK, WORD_STEP, WORD_TICKS } from '../../../fingerprints/units.js';
import { random } from '../../reference-index/synthetic.js';

const next = random(7);
const noise = (count: number) => Array.from({ length: count }, () => 1 + Math.floor(next() * 0xfffffffe));
const silence = (count: number) => Array<number>(count).fill(0);
/** These bits of each word are otherwise. */
const damaged = (words: readonly number[], bits: number) => words.map((word) => (word ^ bits) >>> 0);

const sentence = noise(30);

/** A title as it is registered, and as a stream from tick 2 on: between the words of the grid are others. */
function soundOf(words: readonly number[]): TitleSound {
  const ticks = words.flatMap((word) => [word, ...noise(WORD_TICKS - 1)]);
  return {
    words: Uint32Array.from(words),
    features: { start: 2 * TICK, words: Uint32Array.from(ticks).subarray(2) },
  };
}

describe('repeats of a title', () => {
  const words = [
    ...silence(60),
    ...sentence,
    ...silence(70),
    ...damaged(sentence, 0x0f),
    ...silence(50),
    ...damaged(sentence, 0xffc0),
    ...silence(20),
  ];
  const title = soundOf(words);
  const at = (word: number) => word * WORD_STEP;

  it('are where its sound is the same to the sample, which a piece of a word more or less does not change', () => {
    const [repeat, ...others] = repeatsOf(title, { start: at(40), end: at(110) });
    expect(repeat).toBeCloseTo(at(100), 6);
    expect(others).toEqual([]);
    expect(repeatsOf(title, { start: at(140), end: at(210) })[0]).toBeCloseTo(at(-100), 6);
  });

  it('are none where what is said once more sounds otherwise, or is heard with something before it', () => {
    expect(repeatsOf(title, { start: at(230), end: at(300) })).toEqual([]);
    const other = soundOf([...noise(60), ...words]);
    expect(repeatsOf(other, { start: at(40), end: at(170) })).toEqual([]);
  });

  it('are none of silence, of nearly nothing, and of what is not there', () => {
    expect(repeatsOf(title, { start: 0, end: at(60) })).toEqual([]);
    expect(repeatsOf(title, { start: at(40), end: at(70) })).toEqual([]);
    expect(repeatsOf(title, { start: at(1000), end: at(1100) })).toEqual([]);
    expect(repeatsOf(soundOf([]), { start: 0, end: 10 })).toEqual([]);
  });
});
