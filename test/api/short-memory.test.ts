import { expect, it } from 'vitest';
import { ShortMemory } from '../../src/api/detections/short-memory.js';

it('gives an answer again as long as the answer says, and works out none twice at a time', async () => {
  let now = 0;
  let asked = 0;
  const memory = new ShortMemory<number>(
    (value) => 1000 * value,
    2,
    () => now,
  );
  const get = (key: string, value: number) =>
    memory.get(key, async () => {
      asked++;
      return value;
    });
  expect(await Promise.all([get('a', 1), get('a', 9)])).toEqual([1, 1]);
  expect(await get('b', 5)).toBe(5);
  now = 1500;
  expect([await get('a', 2), await get('b', 6)]).toEqual([2, 5]);
  expect(asked).toBe(3);
  expect(await get('c', 7)).toBe(7);
  // Two are remembered: the one that was worked out first is not.
  expect([await get('a', 9), await get('b', 6)]).toEqual([2, 6]);
});

it('forgets what failed', async () => {
  const memory = new ShortMemory<number>(() => 1000, 2);
  await expect(memory.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await memory.get('a', async () => 1)).toBe(1);
});
