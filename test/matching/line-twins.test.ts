import { describe, expect, it } from 'vitest';
import { fingerprintId } from '../../src/domain/ids.js';
import { FollowedLine } from '../../src/matching/line.js';
import { withoutTwins } from '../../src/matching/line-twins.js';
import { PLAIN } from '../../src/matching/view.js';

const NOW = 100;

/** A line with so much evidence for its sound. */
function line(name: string, offset: number, evidence: number, { speed = 1, track = 0, pitch = 0 } = {}) {
  const id = fingerprintId(name.repeat(64).slice(0, 64));
  const followed = new FollowedLine(id, { offset, speed }, track, pitch, PLAIN, 3600, 2, NOW);
  followed.audio.add(NOW - 10, NOW, evidence);
  return followed;
}

const kept = (...lines: FollowedLine[]) => lines.map((one) => withoutTwins(lines, NOW).has(one));

describe('lines at one place', () => {
  it('are one: that with the most evidence', () => {
    expect(kept(line('a', 20, 30), line('a', 20.05, 80), line('a', 19.97, 50))).toEqual([false, true, false]);
  });

  it('are not one where they lie apart, now or a window ago', () => {
    expect(kept(line('a', 20, 30), line('a', 20.4, 80))).toEqual([true, true]);
    const turned = line('a', 20 - 0.04 * NOW, 80, { speed: 1.04 });
    expect(turned.referenceTime(NOW)).toBeCloseTo(20 + NOW, 6);
    expect(kept(line('a', 20, 30), turned)).toEqual([true, true]);
  });

  it('are not one where they are of other references, sound tracks or pitches', () => {
    expect(kept(line('a', 20, 30), line('b', 20, 80))).toEqual([true, true]);
    expect(kept(line('a', 20, 30), line('a', 20, 80, { track: 1 }))).toEqual([true, true]);
    expect(kept(line('a', 20, 30), line('a', 20, 80, { pitch: 1 }))).toEqual([true, true]);
  });
});
