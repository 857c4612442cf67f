import { Random } from '../random.js';
import { addBurst, addNote, Resonator, SOUND_RATE, type Track, waveOf } from './track.js';

/**
 * The sound of a place: wind, surf or traffic as noise through a few resonances that wander, with knocks, bells
 * and engines passing now and then.
 */
export function addAmbience(
  track: Track,
  seed: string,
  from: number,
  length: number,
  loudness: number,
): void {
  const random = new Random(seed);
  const end = Math.min(track.length, from + length);
  const bands = Array.from({ length: 3 }, () => ({
    filter: new Resonator(),
    centre: random.range(200, 3000),
    rate: random.range(0.1, 0.9),
    phase: random.range(0, 6.3),
    gust: random.range(0.3, 1.7),
  }));
  const levels = new Float64Array(bands.length);
  for (let at = from, n = 0; at < end; at++, n++) {
    if ((n & 255) === 0) {
      const time = n / SOUND_RATE;
      bands.forEach(({ filter, centre, rate, phase, gust }, index) => {
        filter.tune(centre * 2 ** (0.8 * Math.sin(rate * time + phase)), centre * 0.2);
        levels[index] = 0.8 * loudness * (1 + 0.8 * Math.sin(gust * time + phase));
      });
    }
    const noise = random.next() - 0.5;
    let sum = 0;
    for (let index = 0; index < bands.length; index++)
      sum += bands[index]!.filter.next(noise) * levels[index]!;
    track[at]! += sum;
  }
  for (let at = from; at < end; at += Math.floor(random.range(0.4, 3) * SOUND_RATE)) {
    if (random.chance(0.6)) {
      addBurst(
        track,
        random,
        at,
        loudness * random.range(0.1, 0.5),
        random.range(0.02, 0.3) * SOUND_RATE,
        random.next(),
      );
      continue;
    }
    addNote(track, waveOf(Array.from({ length: 6 }, () => random.range(0, 0.5))), {
      from: at,
      length: random.range(0.2, 1.5) * SOUND_RATE,
      hertz: random.range(90, 900),
      loudness: loudness * random.range(0.05, 0.2),
      attack: random.range(0.01, 0.3) * SOUND_RATE,
      decay: random.range(0.3, 2) * SOUND_RATE,
      vibrato: random.range(0, 0.06),
      vibratoRate: random.range(0.5, 5),
    });
  }
}
