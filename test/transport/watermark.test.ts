import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Watermark } from '../../src/transport/watermark.js';

describe('a watermark', () => {
  it('is where to go on, whatever the order in which records are done', () => {
    // Offsets with gaps, as a compacted log has them, done in any order.
    const steps = fc.uniqueArray(fc.nat(5000), { minLength: 1, maxLength: 1500 }).chain((offsets) => {
      const ascending = [...offsets].sort((a, b) => a - b);
      return fc.tuple(fc.constant(ascending), fc.shuffledSubarray(ascending, { minLength: 1 }));
    });
    fc.assert(
      fc.property(steps, ([offsets, done]) => {
        const watermark = new Watermark();
        expect(watermark.low).toBeNull();
        for (const offset of offsets) {
          expect(watermark.isNew(offset)).toBe(true);
          watermark.begin(offset);
          expect(watermark.isNew(offset)).toBe(false);
        }
        for (const offset of done) watermark.done(offset);
        const open = offsets.filter((offset) => !done.includes(offset));
        expect(watermark.low).toBe(open[0] ?? offsets.at(-1)! + 1);
      }),
      { numRuns: 50 },
    );
  });
});
