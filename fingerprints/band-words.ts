import { log2OfBits } from './fast-log.js';
import { FFT_SIZE, SPECTRUM_SIZE } from './fft.js';
import { SAMPLE_RATE } from './units.js';

/** Bits of a word, and one band more, whose edges lie evenly on a logarithmic axis. */
const WORD_BITS = 32;
const BANDS = WORD_BITS + 1;
const LOWEST_HZ = 300;
const HIGHEST_HZ = 3400;

/**
 * Streams played faster or slower sound higher or lower: words are formed for these pitches too. From −4.2 to
 * +4.2 % one of the three is at most 1.5 % off; a band is 7.6 % wide (docs/algorithm.md).
 */
export const WORD_PITCHES: readonly number[] = [0.97, 1.03];

/** Edges of the bands in bins of the spectrum; bin k reaches from k − ½ to k + ½, written here as k to k + 1. */
class Edges {
  readonly bins: Uint16Array;
  readonly parts: Float64Array;

  constructor(pitch: number) {
    const edges = Float64Array.from(
      { length: BANDS + 1 },
      (_, i) => (pitch * LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** (i / BANDS) * FFT_SIZE) / SAMPLE_RATE + 0.5,
    );
    this.bins = Uint16Array.from(edges, Math.floor);
    this.parts = Float64Array.from(edges, (edge) => edge - Math.floor(edge));
  }
}

/** Keeps the logarithm of an empty band finite. */
const FLOOR = 1e-7;
/**
 * Energy of the bands for a sine at −60 dB of full scale: FFT_SIZE / 2 × Σ window² × mean square (Parseval; the
 * squares of a Hann window sum to 3/8 of its length). A frame below says nothing.
 */
const SILENCE = (FFT_SIZE / 2) * (FFT_SIZE * 0.375) * 0.5 * 1e-6;

/** Frames whose differences are kept: a word looks back three frames (96 ms) at most. */
const HISTORY = 4;
const ROW = WORD_BITS + 1;
const SOUNDING = WORD_BITS;

/**
 * Band words after Haitsma and Kalker, "A highly robust audio fingerprinting system", ISMIR 2002: bit b of the
 * word at tick t is the sign of (E[t][b] − E[t][b+1]) − (E[t−5][b] − E[t−5][b+1]), E = log energy of a band,
 * 5 ticks = 80 ms.
 *
 * Spectra come every two ticks; E at the ticks between is the mean of its neighbours, which changes fewer bits
 * than 8 ms of misalignment do (docs/algorithm.md).
 */
class WordFormer {
  /** Energies of the bands of the next frame. */
  readonly energies = new Float32Array(BANDS);
  private readonly energyBits = new Int32Array(this.energies.buffer);
  /** A ring of frames; each is 32 differences, and 1 when the frame is loud enough to say something. */
  private readonly history = new Float32Array(HISTORY * ROW);

  /** The word at the last frame's tick; 0 = silence. */
  even = 0;
  /** The word at the tick before it. */
  odd = 0;

  /** Takes `energies` as those of the next frame (two ticks after the one before). */
  push(frame: number, sounding: boolean): void {
    const at = (frame % HISTORY) * ROW;
    for (let b = 0; b < BANDS; b++) this.energies[b]! += FLOOR;
    let log = log2OfBits(this.energyBits[0]!);
    for (let b = 0; b < WORD_BITS; b++) {
      const next = log2OfBits(this.energyBits[b + 1]!);
      this.history[at + b] = log - next;
      log = next;
    }
    this.history[at + SOUNDING] = sounding ? 1 : 0;
    this.formWords(frame);
  }

  /** The same for a frame of digital silence. */
  pushSilence(frame: number): void {
    const at = (frame % HISTORY) * ROW;
    this.history.fill(0, at, at + ROW);
    this.even = 0;
    this.odd = 0;
  }

  /** What the next words need, to be handed to `restore`. */
  save(): Float32Array {
    return this.history.slice();
  }

  restore(history: Float32Array): void {
    this.history.set(history);
  }

  /** As new. */
  reset(): void {
    this.history.fill(0);
    this.even = 0;
    this.odd = 0;
  }

  static readonly STATE_SIZE = HISTORY * ROW;

  /** With D the differences of frame f = tick ÷ 2: the even word asks D[f] > mean(D[f−2], D[f−3]). */
  private formWords(frame: number): void {
    const h = this.history;
    const f0 = (frame % HISTORY) * ROW;
    const f1 = ((frame + HISTORY - 1) % HISTORY) * ROW;
    const f2 = ((frame + HISTORY - 2) % HISTORY) * ROW;
    const f3 = ((frame + HISTORY - 3) % HISTORY) * ROW;
    let even = 0;
    let odd = 0;
    for (let b = 0; b < WORD_BITS; b++) {
      const now = h[f0 + b]!;
      const before = h[f3 + b]!;
      if (now + now > h[f2 + b]! + before) even |= 1 << b;
      if (h[f1 + b]! + now > before + before) odd |= 1 << b;
    }
    const sounding = h[f0 + SOUNDING]! * h[f3 + SOUNDING]!;
    // 0 is kept for silence: a word that comes out as 0 becomes 1, at the price of one bit.
    this.even = sounding * h[f2 + SOUNDING]! > 0 ? even >>> 0 || 1 : 0;
    this.odd = sounding * h[f1 + SOUNDING]! > 0 ? odd >>> 0 || 1 : 0;
  }
}

/** Words of the sound as it is. */
export class BandWords extends WordFormer {
  private readonly edges = new Edges(1);

  /** @returns whether the frame is louder than silence. */
  add(frame: number, power: Float32Array): boolean {
    const sounding = this.sumBands(power) >= SILENCE;
    this.push(frame, sounding);
    return sounding;
  }

  private sumBands(power: Float32Array): number {
    const { bins, parts } = this.edges;
    let total = 0;
    for (let b = 0; b < BANDS; b++) {
      const first = bins[b]!;
      const last = bins[b + 1]!;
      let sum = power[last]! * parts[b + 1]! - power[first]! * parts[b]!;
      for (let k = first; k < last; k++) sum += power[k]!;
      this.energies[b] = sum;
      total += sum;
    }
    return total;
  }
}

/** Words of the sound as if it were lower by each of some pitches: all bands move, on one running sum. */
export class PitchedWords {
  readonly words: readonly WordFormer[];
  private readonly edges: readonly Edges[];
  /** Power of all bins from `first` up to each. */
  private readonly running = new Float64Array(SPECTRUM_SIZE + 1);
  private readonly first: number;
  private readonly end: number;

  /** @param pitches how much higher than the original the sound is taken to be */
  constructor(pitches: readonly number[]) {
    this.words = pitches.map(() => new WordFormer());
    this.edges = pitches.map((pitch) => new Edges(pitch));
    this.first = Math.min(SPECTRUM_SIZE, ...this.edges.map(({ bins }) => bins[0]!));
    this.end = Math.max(0, ...this.edges.map(({ bins }) => bins[BANDS]! + 1));
  }

  add(frame: number, power: Float32Array, sounding: boolean): void {
    const { running, first, end } = this;
    let sum = 0;
    // Four at a time: the processor need not wait for each sum before it begins with the next.
    for (let k = first; k < end; k += 4) {
      const one = power[k]!;
      const two = one + power[k + 1]!;
      const three = two + power[k + 2]!;
      running[k] = sum;
      running[k + 1] = sum + one;
      running[k + 2] = sum + two;
      running[k + 3] = sum + three;
      sum += three + power[k + 3]!;
    }
    for (let p = 0; p < this.words.length; p++) {
      const { bins, parts } = this.edges[p]!;
      const words = this.words[p]!;
      let before = running[bins[0]!]! + power[bins[0]!]! * parts[0]!;
      for (let b = 0; b < BANDS; b++) {
        const bin = bins[b + 1]!;
        const upTo = running[bin]! + power[bin]! * parts[b + 1]!;
        words.energies[b] = upTo - before;
        before = upTo;
      }
      words.push(frame, sounding);
    }
  }

  pushSilence(frame: number): void {
    for (const words of this.words) words.pushSilence(frame);
  }
}
