import fc from 'fast-check';
import { expect, it } from 'vitest';
import { log2OfBits } from '../../fingerprints/fast-log.js';

it('gives the logarithm of every positive float within 0.0004', () => {
  const floats = new Float32Array(1);
  const bits = new Int32Array(floats.buffer);
  fc.assert(
    fc.property(fc.float({ min: Math.fround(1e-30), max: Math.fround(1e30), noNaN: true }), (value) => {
      floats[0] = value;
      expect(Math.abs(log2OfBits(bits[0]!) - Math.log2(value))).toBeLessThan(4e-4);
    }),
  );
});
