import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Positions } from '../../src/reference-index/nominating/positions.js';
import { Voter } from '../../src/reference-index/nominating/voter.js';
import { random } from './synthetic.js';

const always = () => true;

function positionsOf(ticks: readonly number[]): Positions {
  const positions = new Positions();
  positions.reserve(ticks.length);
  positions.array.set(ticks);
  positions.length = ticks.length;
  return positions;
}

/** The most offsets in any two neighbouring bins of 8 ticks. */
function mostVotes(ticks: readonly number[]): number {
  const bins = new Map<number, number>();
  for (const tick of ticks) bins.set(Math.floor(tick / 8), (bins.get(Math.floor(tick / 8)) ?? 0) + 1);
  return Math.max(0, ...[...bins].map(([bin, votes]) => votes + (bins.get(bin + 1) ?? 0)));
}

describe('the vote by offset', () => {
  const voter = new Voter();

  it('finds the most votes that any place has, wherever it lies', () => {
    const borders = [0, 2 ** 18, 2 ** 18 * 3, 2 ** 31, 2 ** 32 - 2 ** 10];
    const tick = fc
      .tuple(fc.constantFrom(...borders), fc.integer({ min: -100, max: 100 }))
      .map(([border, off]) => Math.max(0, border + off));
    fc.assert(
      fc.property(fc.array(tick, { maxLength: 60 }), (ticks) => {
        const lines = voter.vote(positionsOf(ticks), 5, 1, always);
        expect(lines[0]?.votes ?? 0).toBe(mostVotes(ticks));
        expect(lines.map((line) => line.votes)).toEqual(
          lines.map((line) => line.votes).sort((a, b) => b - a),
        );
      }),
    );
  });

  it('gives the mean of the offsets that agree', () => {
    const [line] = voter.vote(positionsOf([1000, 1001, 1005, 5000]), 5, 3, always);
    expect(line).toEqual({ tick: 1002, votes: 3 });
  });

  it('keeps all of many places that two votes are enough for, the best first, no two of them near each other', () => {
    const next = random(8);
    const pairs = Array.from({ length: 5_000 }, (_, n) => 1_000 * n + Math.floor(40 * next()));
    const ticks = pairs.flatMap((tick, n) => (n % 10 === 0 ? [tick, tick, tick] : [tick, tick]));
    const lines = voter.vote(positionsOf([...ticks, 500]), 20_000, 2, always);
    expect(lines.map(({ votes }) => votes)).toEqual([...Array(500).fill(3), ...Array(4_500).fill(2)]);
    expect(lines.map(({ tick }) => tick).sort((a, b) => a - b)).toEqual(pairs);
    expect(voter.vote(positionsOf(ticks), 2_000, 2, always)).toEqual(lines.slice(0, 2_000));
  });

  it('leaves out near neighbours, weak places and those not accepted', () => {
    const ticks = [
      ...Array(9).fill(800),
      ...Array(5).fill(812),
      ...Array(7).fill(4000),
      ...Array(2).fill(9000),
    ];
    const lines = voter.vote(positionsOf(ticks), 5, 3, always);
    expect(lines.map((line) => line.votes)).toEqual([14, 7]);
    const others = voter.vote(positionsOf(ticks), 5, 3, (tick) => tick > 2000);
    expect(others.map((line) => line.tick)).toEqual([4000]);
    expect(voter.vote(positionsOf(ticks), 1, 3, always)).toHaveLength(1);
    expect(voter.vote(positionsOf([]), 5, 1, always)).toEqual([]);
  });
});
