import { describe, expect, it } from 'vitest';
import { fuzz } from '../fuzz/fuzz.js';
import { schemathesis } from '../fuzz/schemathesis.js';

const program = await schemathesis();

describe.skipIf(program === null)('the API under schemathesis', () => {
  it('does what its document says, whatever it is sent', async () => {
    // A small budget, the same every time: `npm run bench:fuzz` has the large one.
    const found = await fuzz(program!, { requests: 1, seed: 11, phases: ['fuzzing'] });
    expect(found.requests).toBeGreaterThan(200);
    expect([found.serverErrors, found.violations], found.summary).toEqual([0, 0]);
  }, 1_200_000);
});
