import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/matching/search-plan.js';
import { LIVE, THOROUGH } from '../../src/matching/settings.js';

/** What a plan asks for, as words. */
function kinds(step: number, reason: boolean, effort = LIVE): Set<string> {
  const plan = planOf(effort, step, reason);
  const sound = plan.sound.map(
    ({ peaks, speed, pitch, deep }) => `${deep ? 'deep ' : ''}${peaks} ${speed} ${pitch}`,
  );
  return new Set([...sound, plan.boxes]);
}

describe('the rule for more work', () => {
  it('brings every kind round within 12 s for a stream that stays unmatched', () => {
    const steps = 12 / LIVE.hop;
    for (let from = 0; from < 4; from++) {
      const asked = Array.from({ length: steps }, (_, i) => [...kinds(from + i, false)]).flat();
      expect(asked).toEqual(expect.arrayContaining(['rich 1 1', 'deep rich 1 1', 'lean 0.96 0.96', 'all']));
      expect(asked).toContainEqual(expect.stringMatching(/^lean 1\.04\d+ 1\.04\d+$/));
    }
  });

  it('asks for all of that at once when there is a reason', () => {
    expect([...kinds(0, true)]).toEqual(
      expect.arrayContaining(['rich 1 1', 'deep rich 1 1', 'rich 0.96 0.96', 'all']),
    );
    expect(kinds(0, true)).toEqual(kinds(1, true));
  });

  it('always looks at the sound as it is', () => {
    for (const step of [0, 1, 2, 3])
      expect([...kinds(step, false)].some((kind) => kind.endsWith(' 1 1'))).toBe(true);
  });

  it('does everything in a thorough search, tempo and pitch apart from each other included', () => {
    expect([...kinds(3, false, THOROUGH)]).toEqual(
      expect.arrayContaining([
        'richest 1 1',
        'richest 0.96 0.96',
        'richest 0.96 1',
        'richest 1 0.98',
        'richest 1 1.02',
        'fine',
      ]),
    );
  });
});
