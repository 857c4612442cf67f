import { describe, expect, it } from 'vitest';
import { FFT_SIZE, PowerSpectrum, SPECTRUM_SIZE } from '../../fingerprints/fft.js';
import { randomNumbers } from './synthetic.js';

function naivePower(samples: Float64Array, k: number): number {
  let re = 0;
  let im = 0;
  for (let n = 0; n < samples.length; n++) {
    re += samples[n]! * Math.cos((2 * Math.PI * k * n) / samples.length);
    im -= samples[n]! * Math.sin((2 * Math.PI * k * n) / samples.length);
  }
  return re * re + im * im;
}

const flat = new Float64Array(FFT_SIZE).fill(1);

describe('PowerSpectrum', () => {
  it('equals the discrete Fourier transform written out, in every bin', () => {
    const random = randomNumbers(1);
    const samples = Float64Array.from({ length: FFT_SIZE }, () => random());
    const power = new Float32Array(SPECTRUM_SIZE);
    new PowerSpectrum(flat).measure(samples, 0, power);
    for (let k = 0; k < SPECTRUM_SIZE; k++) expect(power[k]).toBeCloseTo(naivePower(samples, k), 2);
  });

  it('multiplies with the window and begins where it is told to', () => {
    const random = randomNumbers(2);
    const window = Float64Array.from({ length: FFT_SIZE }, () => 1 + random());
    const samples = Float64Array.from({ length: FFT_SIZE + 77 }, () => random());
    const power = new Float32Array(SPECTRUM_SIZE);
    new PowerSpectrum(window).measure(samples, 77, power);
    const frame = window.map((factor, n) => factor * samples[77 + n]!);
    for (const k of [0, 1, 300, 511, 512, 513, 1023, 1024])
      expect(power[k]).toBeCloseTo(naivePower(frame, k), 2);
  });

  it('puts a tone into its bin and nothing elsewhere', () => {
    const tone = Float64Array.from({ length: FFT_SIZE }, (_, n) =>
      Math.sin((2 * Math.PI * 100 * n) / FFT_SIZE),
    );
    const power = new Float32Array(SPECTRUM_SIZE);
    new PowerSpectrum(flat).measure(tone, 0, power);
    expect(power[100]).toBeCloseTo((FFT_SIZE / 2) ** 2, 0);
    expect(power.filter((p, k) => k !== 100 && p > 1e-6)).toHaveLength(0);
  });

  it('refuses a window of another length', () => {
    expect(() => new PowerSpectrum(new Float64Array(1024))).toThrow(RangeError);
  });
});
