import type { Random } from '../random.js';

/** All sound is made mono at this rate. */
export const SOUND_RATE = 32_000;

/** A stretch of sound being mixed: samples around −1..1. */
export type Track = Float32Array<ArrayBuffer>;

const TABLE = 2048;
const TABLE_MASK = TABLE - 1;

/** One period of a tone with the given strengths of its harmonics (first entry = fundamental). */
export function waveOf(harmonics: readonly number[]): Float32Array {
  const wave = new Float32Array(TABLE);
  harmonics.forEach((strength, index) => {
    for (let i = 0; i < TABLE; i++)
      wave[i]! += strength * Math.sin((2 * Math.PI * (index + 1) * i) / TABLE + index * 0.7);
  });
  return wave;
}

export interface Note {
  /** Sample of the track at which it starts. */
  readonly from: number;
  /** Samples until it is released. */
  readonly length: number;
  readonly hertz: number;
  readonly loudness: number;
  /** Samples to full loudness, and samples in which a held note falls to 1/e. */
  readonly attack: number;
  readonly decay: number;
  /** Share by which the pitch swings, and swings a second. */
  readonly vibrato: number;
  readonly vibratoRate: number;
}

/** Adds a note to the track, cut off at the track's end. */
export function addNote(track: Track, wave: Float32Array, note: Note): void {
  const release = 0.06 * SOUND_RATE;
  const end = Math.min(track.length, note.from + note.length + release);
  const step = (note.hertz * TABLE) / SOUND_RATE;
  const swing = (2 * Math.PI * note.vibratoRate) / SOUND_RATE;
  const fall = Math.exp(-1 / note.decay);
  let phase = 0;
  let level = note.loudness;
  let pitch = step;
  for (let i = note.from, n = 0; i < end; i++, n++) {
    if ((n & 63) === 0) pitch = step * (1 + note.vibrato * Math.sin(swing * n));
    phase += pitch;
    level *= fall;
    const rise = n < note.attack ? n / note.attack : 1;
    const out = n > note.length ? 1 - (n - note.length) / release : 1;
    track[i]! += wave[phase & TABLE_MASK]! * level * rise * out;
  }
}

/** Adds a burst of filtered noise that dies away: a drum, a clap, a door. `colour` 0 = dull, 1 = bright. */
export function addBurst(
  track: Track,
  random: Random,
  from: number,
  loudness: number,
  decay: number,
  colour: number,
): void {
  const fall = Math.exp(-1 / decay);
  let level = loudness;
  let smoothed = 0;
  for (let i = from; i < track.length && level > loudness * 0.01; i++) {
    const white = random.next() * 2 - 1;
    smoothed += (0.08 + 0.9 * colour) * (white - smoothed);
    track[i]! += level * (colour > 0.5 ? white - smoothed * 0.4 : smoothed);
    level *= fall;
  }
}

/** A resonance at `hertz` of the given width: the two-pole filter of formant synthesis (Klatt 1980). */
export class Resonator {
  #a = 0;
  #b = 0;
  #c = 0;
  #y1 = 0;
  #y2 = 0;

  tune(hertz: number, width: number): void {
    const radius = Math.exp((-Math.PI * width) / SOUND_RATE);
    this.#c = -radius * radius;
    this.#b = 2 * radius * Math.cos((2 * Math.PI * hertz) / SOUND_RATE);
    this.#a = 1 - this.#b - this.#c;
  }

  next(input: number): number {
    const output = this.#a * input + this.#b * this.#y1 + this.#c * this.#y2;
    this.#y2 = this.#y1;
    this.#y1 = output;
    return output;
  }
}

/** Samples of 16 bits, the loudest at 70 % of full scale. */
export function toSamples(track: Track): Int16Array<ArrayBuffer> {
  let peak = 1e-9;
  for (const value of track) peak = Math.max(peak, Math.abs(value));
  const scale = (0.7 * 32767) / peak;
  const samples = new Int16Array(track.length);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.round(track[i]! * scale);
  return samples;
}
