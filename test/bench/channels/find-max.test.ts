import { expect, test } from 'vitest';
import { highestHeld, nextToTry } from '../../../bench/channels/find-max.js';

/** Looks as the bench does, where up to `limit` channels hold. */
function search(start: number, limit: number): { found: number | null; tries: number } {
  const tried = new Map([[start, start <= limit]]);
  for (let next = nextToTry(tried); next !== null; next = nextToTry(tried)) {
    expect(tried.has(next)).toBe(false);
    tried.set(next, next <= limit);
  }
  return { found: highestHeld(tried), tries: tried.size };
}

test.each([
  [120, 120],
  [120, 133],
  [120, 200],
  [120, 90],
  [120, 25],
  [72, 71],
  [10, 3],
])('From %i channels on, where %i hold, the highest number is found to within 6', (start, limit) => {
  const { found, tries } = search(start, limit);
  expect(limit - (found ?? 0)).toBeLessThan(6);
  expect(found ?? 0).toBeLessThanOrEqual(limit);
  expect(tries).toBeLessThan(12);
});

test('Where nothing holds, nothing is found', () => {
  expect(search(120, 0).found).toBeNull();
});
