import { describe, expect, it } from 'vitest';
import { fingerprintId } from '../../src/domain/ids.js';
import { FollowedLine } from '../../src/matching/line.js';
import { PLAIN } from '../../src/matching/view.js';

function line(offset: number, speed: number): FollowedLine {
  return new FollowedLine(fingerprintId('a'), { offset, speed }, 0, 0, PLAIN, 1000, 1, 0);
}

describe('FollowedLine', () => {
  it('is moved as a whole while nothing holds it', () => {
    const moved = line(5, 1);
    moved.adjust(40, 0.1, 6);
    expect(moved.speed).toBe(1);
    expect(moved.referenceTime(0)).toBeCloseTo(5.1, 9);
  });

  it('is turned around the moment that holds it, so that it passes through both', () => {
    const turned = line(5, 1.04);
    turned.hold(10);
    turned.adjust(40, 0.06, 6);
    expect(turned.referenceTime(10)).toBeCloseTo(1.04 * 10 + 5, 9);
    expect(turned.referenceTime(40)).toBeCloseTo(1.04 * 40 + 5.06, 9);
    expect(turned.speed).toBeCloseTo(1.042, 9);
  });

  it('is held by the first moment only', () => {
    const held = line(0, 1.04);
    held.hold(10);
    held.hold(38);
    held.adjust(40, 0.06, 6);
    expect(held.referenceTime(10)).toBeCloseTo(10.4, 9);
  });

  it('counts nothing of what was seen before when it turns out to be shown otherwise', () => {
    const shown = line(0, 1);
    shown.pictures.add(0, 2, 7);
    expect(shown.evidence).toBe(7);
    shown.showAs({ ...PLAIN, mirrored: true });
    expect(shown.evidence).toBe(0);
    expect(shown.view.mirrored).toBe(true);
  });
});
