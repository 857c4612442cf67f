import { describe, expect, it } from 'vitest';
import { clipsOf, planAttack } from '../../bench/accuracy/run-plan.js';
import type { Attack, Modality, Title } from '../../bench/accuracy/types.js';

const ATTACK: Attack = { name: 'crop', judged: ['both', 'video'], group: '', speed: 1, mirrored: false };

function title(id: string, duration: number, hasVideo: boolean, hasAudio: boolean): Title {
  return { id, file: id, duration, hasVideo, hasAudio, sources: [id], split: 'judge' };
}

const material = {
  judged: ({ hasVideo, hasAudio }: Title, attack: Attack): Modality[] =>
    attack.judged.filter((modality) => hasVideo && (modality === 'video' || hasAudio)),
};

const TITLES = [
  ...Array.from({ length: 10 }, (_, i) => title(`film ${i}`, 75, true, true)),
  ...Array.from({ length: 4 }, (_, i) => title(`silent film ${i}`, 75, true, false)),
  title('music', 75, false, true),
  title('short', 8, true, true),
];

describe('the plan of an attack', () => {
  it('gives each modality the clips wanted, of as many titles as there are', () => {
    const orders = planAttack(material, TITLES, ATTACK, [10], 20);
    const both = orders.filter((order) => order.modalities.includes('both'));
    expect(both.length).toBe(10);
    expect(clipsOf(both)).toBe(20);
    expect(orders.some((order) => order.title.id === 'music')).toBe(false);
    expect(orders.some((order) => order.title.id === 'short')).toBe(false);
  });

  it('takes few titles when few clips are wanted, other ones for other attacks, the same on every run', () => {
    const names = (attack: Attack) =>
      planAttack(material, TITLES, attack, [10], 3).map((order) => order.title.id);
    expect(names(ATTACK)).toEqual(names(ATTACK));
    expect(names(ATTACK).length).toBeLessThan(9);
    expect(names({ ...ATTACK, name: 'zoom' })).not.toEqual(names(ATTACK));
  });

  it('does not ask a title for more than it plays', () => {
    const orders = planAttack(material, TITLES, { ...ATTACK, speed: 1.25 }, [5, 60], 4);
    expect(orders.every((order) => !order.clips.has(60))).toBe(true);
    expect(orders.some((order) => order.title.id === 'short' && order.clips.has(5))).toBe(false);
  });
});
