import { Random } from '../random.js';
import { Resonator, SOUND_RATE, type Track } from './track.js';

/** Centre frequencies of the first three formants of some vowels, Hz (after Peterson and Barney 1952). */
const VOWELS = [
  [270, 2290, 3010],
  [390, 1990, 2550],
  [530, 1840, 2480],
  [660, 1720, 2410],
  [730, 1090, 2440],
  [570, 840, 2410],
  [440, 1020, 2240],
  [300, 870, 2240],
  [640, 1190, 2390],
  [490, 1350, 1690],
] as const;

/**
 * Sounds like someone talking in no language: pulses of a wandering pitch through formants that glide from vowel
 * to vowel, hisses and pops between them, four to six syllables a second, pauses between phrases.
 */
export function addSpeech(track: Track, seed: string, from: number, length: number, loudness: number): void {
  const random = new Random(seed);
  const voice = random.range(90, 240);
  const size = random.range(0.9, 1.18);
  const formants = [new Resonator(), new Resonator(), new Resonator()] as const;
  const widths = [70, 100, 140] as const;
  const centres = [500, 1500, 2500];
  const end = Math.min(track.length, from + length);
  let pitchPhase = 0;
  let pitch = voice;

  for (let at = from; at < end; ) {
    const syllables = random.int(4, 13);
    const fall = random.range(0.7, 0.95);
    for (let s = 0; s < syllables && at < end; s++) {
      const consonant = Math.floor(random.range(0.02, 0.1) * SOUND_RATE);
      const vowel = Math.floor(random.range(0.07, 0.2) * SOUND_RATE);
      const hiss = random.chance(0.6) ? random.range(0.02, 0.14) : 0;
      const target = random.pick(VOWELS);
      const goal = voice * (1.15 - (1.15 - fall) * (s / syllables)) * random.range(0.88, 1.15);
      const stress = random.range(0.5, 1);
      for (let n = 0; n < consonant + vowel && at < end; n++, at++) {
        if ((n & 31) === 0) {
          pitch += 0.03 * (goal - pitch);
          for (let f = 0; f < 3; f++) {
            centres[f]! += 0.04 * (target[f]! * size - centres[f]!);
            formants[f]!.tune(centres[f]!, widths[f]!);
          }
        }
        pitchPhase += pitch / SOUND_RATE;
        const open = n < consonant ? 0.12 : Math.min(1, (consonant + vowel - n) / (0.03 * SOUND_RATE));
        let source = 0;
        if (pitchPhase >= 1) {
          pitchPhase -= 1;
          source = 22 * open * stress;
        }
        const noise = random.next() - 0.5;
        source += noise * 0.15 * open;
        const voiced =
          formants[0].next(source) + 0.6 * formants[1].next(source) + 0.35 * formants[2].next(source);
        track[at]! += loudness * (voiced + (n < consonant ? noise * hiss : 0));
      }
    }
    at += Math.floor(random.range(0.12, 0.7) * SOUND_RATE);
  }
}
