import { HASH_BITS, SAMPLE_RATE, type Seconds } from '../../fingerprints/units.js';

/** Numbers in −1..1 that are the same on every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Notes with overtones that come and go, as in music: three voices, a new note every 0.1 to 0.5 s. */
export function music(seconds: Seconds, seed: number): Int16Array {
  const sound = new Float64Array(Math.round(seconds * SAMPLE_RATE));
  const random = randomNumbers(seed);
  for (let voice = 0; voice < 3; voice++) {
    for (let at = 0; at < sound.length; ) {
      const length = Math.round((0.3 + 0.2 * random()) * SAMPLE_RATE);
      const hertz = 440 * 2 ** (random() * 1.2);
      for (let i = 0; i < length && at + i < sound.length; i++) {
        const t = i / SAMPLE_RATE;
        const loudness = 3000 * Math.exp(-4 * t);
        for (let overtone = 1; overtone <= 4; overtone++)
          sound[at + i]! += (loudness / overtone) * Math.sin(2 * Math.PI * hertz * overtone * t);
      }
      at += length;
    }
  }
  return Int16Array.from(sound, Math.round);
}

/** Evenly distributed noise between −peak and peak. */
export function noise(seconds: Seconds, peak: number, seed: number): Int16Array {
  const random = randomNumbers(seed);
  return Int16Array.from({ length: Math.round(seconds * SAMPLE_RATE) }, () => Math.round(random() * peak));
}

/** A picture of soft round spots of many sizes. */
export function picture(width: number, height: number, seed: number): Uint8Array {
  const random = randomNumbers(seed);
  const grey = new Float64Array(width * height).fill(100);
  for (let spot = 0; spot < 40; spot++) {
    const x = ((random() + 1) / 2) * width;
    const y = ((random() + 1) / 2) * height;
    const size = (0.04 + 0.1 * ((random() + 1) / 2)) * width;
    const brightness = random() * 110;
    const bell = (distance: number) => Math.exp((-distance * distance) / (2 * size * size));
    const across = Float64Array.from({ length: width }, (_, column) => bell(column - x));
    for (let row = 0, i = 0; row < height; row++) {
      const down = brightness * bell(row - y);
      for (let column = 0; column < width; column++, i++) grey[i]! += down * across[column]!;
    }
  }
  return Uint8Array.from(grey, (v) => Math.max(0, Math.min(255, Math.round(v))));
}

export function mirrored(grey: Uint8Array, width: number): Uint8Array {
  return grey.map((_, i) => grey[i - (i % width) + width - 1 - (i % width)]!);
}

/** Coefficients that are as large as usual ones, of random sign. */
export function randomCoefficients(seed: number): Float32Array {
  const random = randomNumbers(seed);
  return Float32Array.from({ length: HASH_BITS }, () => random() * 200 || 1);
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
