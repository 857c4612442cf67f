import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, segmentLimits } from '../../src/media/limits.js';

describe('what a segment may be at most', () => {
  it('follows what its source announced, and leaves room', () => {
    expect(segmentLimits(4).maxDuration).toBe(60);
    expect(segmentLimits(30).maxDuration).toBe(120);
    expect(segmentLimits(1e9).maxDuration).toBe(DEFAULT_LIMITS.maxDuration);
  });

  it('is an hour where nothing was announced', () => {
    expect(segmentLimits(0)).toEqual({ ...DEFAULT_LIMITS, maxDuration: 3600 });
  });
});
