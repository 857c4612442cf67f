import { HASH_BITS, THUMB_BYTES, TICK } from '../../fingerprints/units.js';
import { Random } from '../../samples/random.js';
import { streamId } from '../../src/domain/ids.js';
import type { StreamInfo } from '../../src/domain/match.js';
import type { Carried } from '../../src/past/carried.js';

export const STREAM: StreamInfo = { id: streamId('one'), name: 'One', url: 'http://one.example/' };

/** Sound and pictures of some seconds that no other seed has, carried from a moment of UTC (ms) on. */
export function carried(seed: number, from: number, seconds: number): Carried {
  const random = new Random(`carried ${seed}`);
  const start = 100;
  const count = Math.round(seconds / TICK);
  const words = () => Uint32Array.from({ length: count }, () => random.int(1, 2 ** 31));
  const peaks = Array.from({ length: seconds * 20 }, () => start + random.range(0, seconds)).sort(
    (a, b) => a - b,
  );
  const times = Float64Array.from({ length: Math.floor(seconds / 2) }, (_, i) => start + 2 * i);
  return {
    start,
    end: start + seconds,
    epoch: from - 1000 * start,
    audio: {
      start,
      words: words(),
      pitched: [words(), words()],
      peaks: {
        times: Float64Array.from(peaks),
        octaves: Float32Array.from(peaks, () => random.range(0, 4)),
        lean: Uint8Array.from(peaks, () => 1),
      },
    },
    pictures: {
      times,
      coefficients: Float32Array.from({ length: times.length * HASH_BITS }, () => random.range(-100, 100)),
      thumbs: Uint8Array.from({ length: times.length * THUMB_BYTES }, () => random.int(0, 255)),
      thumbOf: Int32Array.from(times, (_, i) => i),
    },
  };
}
