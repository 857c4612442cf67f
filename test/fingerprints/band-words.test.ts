import { describe, expect, it } from 'vitest';
import { BandWords } from '../../fingerprints/band-words.js';
import { SPECTRUM_SIZE } from '../../fingerprints/fft.js';

/** A spectrum that is loud everywhere, and louder by `gain` in the 16 lowest bands, below 974 Hz. */
function spectrum(gain: number): Float32Array {
  return new Float32Array(SPECTRUM_SIZE).fill(100).fill(100 * gain, 0, 250);
}

describe('BandWords', () => {
  it('sets a bit while its band grows against the next one, at both ticks of the frame', () => {
    const words = new BandWords();
    for (let frame = 0; frame < 4; frame++) words.add(frame, spectrum(1));
    words.add(4, spectrum(4));
    expect((words.even >>> 15) & 1).toBe(1);
    expect((words.odd >>> 15) & 1).toBe(1);
    for (let frame = 5; frame < 8; frame++) words.add(frame, spectrum(4));
    words.add(8, spectrum(1));
    expect((words.even >>> 15) & 1).toBe(0);
  });

  it('gives 1, never 0, for sound that stands still', () => {
    const words = new BandWords();
    for (let frame = 0; frame < 4; frame++) {
      expect(words.add(frame, new Float32Array(SPECTRUM_SIZE).fill(100))).toBe(true);
      expect([words.odd, words.even]).toEqual(frame < 3 ? [0, 0] : [1, 1]);
    }
  });

  it('takes 60 dB below full scale for silence', () => {
    const bins = 871 - 77;
    const threshold = (1024 * 2048 * 0.375 * 0.5 * 1e-6) / bins;
    const words = new BandWords();
    expect(words.add(0, new Float32Array(SPECTRUM_SIZE).fill(threshold * 0.95))).toBe(false);
    expect(words.add(1, new Float32Array(SPECTRUM_SIZE).fill(threshold * 1.05))).toBe(true);
  });
});
