import { FFT_SIZE, PowerSpectrum } from '../../fingerprints/fft.js';
import { SAMPLE_RATE, type Seconds } from '../../fingerprints/units.js';

/** From one column to the next, samples: 32 ms. */
const HOP = 256;
const ROWS = 96;
const MIN_HZ = 100;
const MAX_HZ = 3800;
/** What is this much below the loudest is black, dB. */
const RANGE_DB = 70;

const WINDOW = Float64Array.from(
  { length: FFT_SIZE },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / FFT_SIZE),
);

/** A picture of sound: brightness by time and frequency, on a logarithmic axis. */
export interface SpectrogramImage {
  readonly columns: number;
  readonly rows: number;
  /** From one column to the next. */
  readonly step: Seconds;
  readonly minHz: number;
  readonly maxHz: number;
  /** Row by row, the highest frequency first; 0 = silence, 255 = the loudest. */
  readonly pixels: Uint8Array;
}

/** @param samples mono, at SAMPLE_RATE */
export function spectrogramOf(samples: Int16Array): SpectrogramImage {
  const columns = Math.max(1, Math.floor(samples.length / HOP));
  const padded = new Float64Array(samples.length + 2 * FFT_SIZE);
  padded.set(samples, FFT_SIZE);
  const spectrum = new PowerSpectrum(WINDOW);
  const power = new Float32Array(FFT_SIZE / 2 + 1);
  const decibels = new Float32Array(columns * ROWS);
  let loudest = -Infinity;
  for (let column = 0; column < columns; column++) {
    spectrum.measure(padded, column * HOP + FFT_SIZE / 2, power);
    for (let row = 0; row < ROWS; row++) {
      const bin = Math.min(FFT_SIZE / 2, Math.round((hertzOf(row) * FFT_SIZE) / SAMPLE_RATE));
      const value = 10 * Math.log10(power[bin]! + 1e-9);
      decibels[row * columns + column] = value;
      loudest = Math.max(loudest, value);
    }
  }
  const pixels = Uint8Array.from(decibels, (value) =>
    Math.round(255 * Math.min(1, Math.max(0, (value - loudest + RANGE_DB) / RANGE_DB))),
  );
  return { columns, rows: ROWS, step: HOP / SAMPLE_RATE, minHz: MIN_HZ, maxHz: MAX_HZ, pixels };
}

function hertzOf(row: number): number {
  return MAX_HZ * (MIN_HZ / MAX_HZ) ** (row / (ROWS - 1));
}
