import { describe, expect, it } from 'vitest';
import { compact } from '../../../src/matching/thread/compact.js';

describe('compact', () => {
  it('gives arrays memory of their own, of the same kind and with the same values', () => {
    const large = new Float32Array(1000).map((_, n) => n);
    const value = { start: 1.5, none: null, peaks: { times: large.subarray(10, 12) }, words: [large] };
    const made = compact(value);
    expect(made).toEqual(value);
    expect(made.peaks.times).toBeInstanceOf(Float32Array);
    expect(made.peaks.times.buffer.byteLength).toBe(8);
    expect(made.words[0]).toBe(large);
    const bytes = compact({ buffer: Buffer.from('hello').subarray(1, 3) }).buffer;
    expect([...bytes]).toEqual([...Buffer.from('el')]);
    expect(bytes.buffer.byteLength).toBe(2);
  });
});
