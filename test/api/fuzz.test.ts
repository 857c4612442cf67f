import { describe, expect, it } from 'vitest';
import { fuzz } from '../fuzz/fuzz.js';
import { schemathesis } from '../fuzz/schemathesis.js';

const program = await schemathesis();

describe.skipIf(program === null)('the API under schemathesis', () => {
  it('does what its document says, whatever it is sent', async () => {
    const found = await fuzz(program!, { requests: 1, seed: Date.now() % 1_000_000 });
    expect(found.requests).toBeGreaterThan(1000);
    expect([found.serverErrors, found.violations], found.summary).toEqual([0, 0]);
  }, 1_200_000);
});
