import { Random } from '../random.js';
import { addBurst, addNote, SOUND_RATE, type Track, waveOf } from './track.js';

const MODES = [
  [0, 2, 4, 5, 7, 9, 11],
  [0, 2, 3, 5, 7, 8, 10],
  [0, 2, 3, 5, 7, 9, 10],
  [0, 2, 4, 6, 7, 9, 11],
] as const;

export interface MusicStyle {
  /** Beats a minute. */
  readonly tempo: number;
  /** 0 = none, 1 = loud. */
  readonly percussion: number;
  /** 0 = long notes, 1 = many short ones. */
  readonly liveliness: number;
}

/**
 * Music that never plays the same bar twice: chords wander through a scale, a melody strolls over them, a bass
 * and drums vary from bar to bar, the tempo breathes and the instruments change every few bars.
 */
export function addMusic(track: Track, seed: string, style: MusicStyle, loudness: number): void {
  const random = new Random(seed);
  const scale = random.pick(MODES);
  const tonic = 55 * 2 ** (random.int(0, 11) / 12);
  const hertz = (degree: number) =>
    tonic *
    2 ** (Math.floor(degree / 7) + scale[((degree % 7) + 7) % 7]! / 12) *
    (1 + random.range(-3e-3, 3e-3));
  const timbre = () =>
    waveOf(Array.from({ length: random.int(4, 9) }, (_, i) => random.range(0.2, 1) / (i + 1) ** 0.8));
  let chordWave = timbre();
  let leadWave = timbre();
  let degree = random.int(0, 6);
  let lead = random.int(14, 21);

  for (let bar = 0, at = 0; at < track.length; bar++) {
    if (bar % random.int(3, 5) === 0) [chordWave, leadWave] = [timbre(), timbre()];
    const beat = (60 / (style.tempo * random.range(0.95, 1.05))) * SOUND_RATE;
    const beats = random.chance(0.85) ? 4 : 3;
    degree = (degree + random.pick([1, 2, 3, 4, 5])) % 7;
    for (const step of [0, 2, 4, ...(random.chance(0.4) ? [6] : [])])
      addNote(track, chordWave, {
        from: Math.floor(at + random.range(0, 0.04) * SOUND_RATE),
        length: beat * beats * random.range(0.6, 0.95),
        hertz: hertz(degree + step + 14 - (random.chance(0.3) ? 7 : 0)),
        loudness: loudness * random.range(0.1, 0.2),
        attack: random.range(0.01, 0.15) * SOUND_RATE,
        decay: random.range(0.8, 2.5) * SOUND_RATE,
        vibrato: random.range(0, 0.004),
        vibratoRate: random.range(4, 6),
      });
    for (let position = 0; position < beats; ) {
      const step = random.chance(style.liveliness)
        ? random.pick([0.25, 0.5, 0.5])
        : random.pick([0.5, 1, 1.5, 2]);
      lead = Math.max(11, Math.min(27, lead + random.pick([-3, -2, -1, -1, 1, 1, 2, 4])));
      if (random.chance(0.85))
        addNote(track, leadWave, {
          from: Math.floor(at + position * beat + random.range(0, 0.015) * SOUND_RATE),
          length: step * beat * random.range(0.5, 0.95),
          hertz: hertz(lead),
          loudness: loudness * random.range(0.18, 0.34),
          attack: random.range(0.004, 0.03) * SOUND_RATE,
          decay: random.range(0.3, 1.2) * SOUND_RATE,
          vibrato: random.range(0.001, 0.009),
          vibratoRate: random.range(4.5, 6.5),
        });
      position += step;
    }
    for (let position = 0; position < beats; position += random.pick([0.5, 1]))
      if (random.chance(0.7))
        addNote(track, chordWave, {
          from: Math.floor(at + position * beat),
          length: beat * 0.4,
          hertz: hertz(degree + random.pick([0, 0, 4, 7]) + (random.chance(0.5) ? 7 : 0)),
          loudness: loudness * random.range(0.15, 0.3),
          attack: 0.005 * SOUND_RATE,
          decay: 0.4 * SOUND_RATE,
          vibrato: 0,
          vibratoRate: 1,
        });
    addDrums(track, random, at, beat, beats, style.percussion * loudness);
    at = Math.floor(at + beat * beats);
  }
}

function addDrums(
  track: Track,
  random: Random,
  at: number,
  beat: number,
  beats: number,
  loudness: number,
): void {
  if (loudness <= 0) return;
  for (let position = 0; position < beats; position += 0.5) {
    if (!random.chance(0.75)) continue;
    const from = Math.floor(at + position * beat + random.range(0, 0.01) * SOUND_RATE);
    const strength = loudness * random.range(0.1, 0.4);
    addBurst(
      track,
      random,
      from,
      strength,
      random.range(0.02, 0.12) * SOUND_RATE,
      random.pick([0.05, 0.3, 0.7, 0.95]),
    );
  }
}
