import { log2OfBits } from './fast-log.js';
import { FFT_SIZE } from './fft.js';
import { Growing } from './growing.js';
import { SAMPLE_RATE, type Seconds, TICK } from './units.js';

/** A frame every two ticks = 32 ms. */
export const FRAME_TICKS = 2;
export const FRAME_STEP: Seconds = FRAME_TICKS * TICK;

/** Octave 0 of all peaks. */
export const PEAK_MIN_HZ = 180;
const PEAK_MAX_HZ = 3800;
const BINS_PER_OCTAVE = 48;
const BINS = Math.floor(Math.log2(PEAK_MAX_HZ / PEAK_MIN_HZ) * BINS_PER_OCTAVE) + 1;

/** A peak is the highest of this many bins and frames to each side; … */
const NEAR_BINS = 4;
const NEAR_FRAMES = 5;
/** … one of the rich set, of this many. */
const RICH_BINS = 3;
const RICH_FRAMES = 3;
/** Frames to each side (0.5 s) over whose mean level a peak stands out … */
const MEAN_FRAMES = 16;
/** … and among whose peaks it has to be one of the strongest. */
const RIVAL_FRAMES = 15;
/** Rows to come before what a frame's peaks are is settled. */
export const PEAK_LOOKAHEAD_FRAMES = MEAN_FRAMES + RIVAL_FRAMES;

const QUIETEST_DB = -60;
const FLOOR_DB = -100;
const DB_PER_OCTAVE = 10 * Math.log10(2);

/** Rows in the ring: the look-ahead, as much behind, and the frame itself. A power of two. */
const RING = 64;
/** A row has margins that are lower than anything, so that its ends need no care. */
const ROW = BINS + 2 * NEAR_BINS;
/** Peaks of one frame lie more than RICH_BINS apart. */
const PER_FRAME = Math.ceil(BINS / (RICH_BINS + 1));

const POSITIONS = Float64Array.from(
  { length: BINS },
  (_, i) => (PEAK_MIN_HZ * 2 ** (i / BINS_PER_OCTAVE) * FFT_SIZE) / SAMPLE_RATE,
);
const POSITION_BINS = Uint16Array.from(POSITIONS, Math.floor);
const POSITION_PARTS = Float64Array.from(POSITIONS, (p) => p - Math.floor(p));

/**
 * Picks spectral peaks on a logarithmic frequency axis, frame by frame, as Wang, "An industrial-strength audio
 * search algorithm", ISMIR 2003, with times and frequencies interpolated by a parabola.
 * What a peak is depends on 31 frames before and after it and on nothing else.
 */
export class PeakPicker {
  private readonly rows = new Float32Array(RING * ROW).fill(Number.NEGATIVE_INFINITY);
  private readonly rowMeans = new Float64Array(RING);
  private readonly counts = new Uint8Array(RING);
  private readonly salience = new Float64Array(RING * PER_FRAME);
  private readonly time = new Float64Array(RING * PER_FRAME);
  private readonly octave = new Float64Array(RING * PER_FRAME);
  /** 1 = also the highest of the wider neighbourhood. */
  private readonly wide = new Uint8Array(RING * PER_FRAME);

  /** Rows that came, frames whose candidates are known, frames whose peaks are settled. */
  private arrived = 0;
  private examined = 0;
  private settledFrames = 0;

  /** Settled peaks that were not taken yet: time in frames from the origin, octaves above PEAK_MIN_HZ. */
  readonly times = new Growing(Float64Array);
  readonly octaves = new Growing(Float32Array);
  /** 1 = a peak of the lean set. */
  readonly lean = new Growing(Uint8Array);

  /**
   * @param leanPerSecond a peak stays when fewer than so many of its kind within ± 0.5 s stand out more …
   * @param richPerSecond … and so does one that is the highest of a narrower neighbourhood only, among so many of all; 0 = none
   */
  constructor(
    private readonly leanPerSecond: number,
    private readonly richPerSecond: number,
  ) {}

  get settled(): number {
    return this.settledFrames;
  }

  /** Takes the next frame's spectrum, given as the bits of its floats; null = the frame is silent. */
  push(powerBits: Int32Array | null): void {
    const at = (this.arrived % RING) * ROW + NEAR_BINS;
    if (powerBits === null) this.rows.fill(FLOOR_DB, at, at + BINS);
    else writeLevels(powerBits, this.rows, at);
    this.rowMeans[this.arrived % RING] = this.meanOfRow(at);
    this.arrived++;
    while (this.examined + MEAN_FRAMES < this.arrived) this.examine(this.examined++, this.arrived - 1);
    while (this.settledFrames + RIVAL_FRAMES < this.examined) this.settle(this.settledFrames++);
  }

  /** No frame follows. */
  finish(): void {
    while (this.examined < this.arrived) this.examine(this.examined++, this.arrived - 1);
    while (this.settledFrames < this.arrived) this.settle(this.settledFrames++);
  }

  /** The rows that later peaks depend on, oldest first, without their margins. */
  saveRows(): Float32Array {
    const first = this.firstNeeded();
    const saved = new Float32Array((this.arrived - first) * BINS);
    for (let f = first; f < this.arrived; f++) {
      const at = (f % RING) * ROW + NEAR_BINS;
      saved.set(this.rows.subarray(at, at + BINS), (f - first) * BINS);
    }
    return saved;
  }

  /** As new: what rows and candidates are left is behind what is looked at. */
  reset(): void {
    this.arrived = 0;
    this.examined = 0;
    this.settledFrames = 0;
    for (const grown of [this.times, this.octaves, this.lean]) grown.clear();
  }

  /** Goes on behind `arrived` frames, of which `rows` are the last: candidates are worked out again. */
  restore(arrived: number, rows: Float32Array): void {
    this.arrived = arrived;
    this.settledFrames = Math.max(0, arrived - PEAK_LOOKAHEAD_FRAMES);
    this.examined = Math.max(0, arrived - MEAN_FRAMES);
    const first = this.firstNeeded();
    for (let f = first; f < arrived; f++) {
      const at = (f % RING) * ROW + NEAR_BINS;
      this.rows.set(rows.subarray((f - first) * BINS, (f - first + 1) * BINS), at);
      this.rowMeans[f % RING] = this.meanOfRow(at);
    }
    const rivals = Math.max(0, this.settledFrames - RIVAL_FRAMES);
    for (let f = rivals; f < this.examined; f++) this.examine(f, f + MEAN_FRAMES);
  }

  /** Floats that `saveRows` gives after so many frames. */
  static stateSize(arrived: number): number {
    return Math.min(arrived, 2 * PEAK_LOOKAHEAD_FRAMES) * BINS;
  }

  private firstNeeded(): number {
    return Math.max(0, this.arrived - 2 * PEAK_LOOKAHEAD_FRAMES);
  }

  private meanOfRow(at: number): number {
    let sum = 0;
    for (let i = at; i < at + BINS; i++) sum += this.rows[i]!;
    return sum / BINS;
  }

  /** Finds the candidates of a frame; rows up to `last` have come. */
  private examine(frame: number, last: number): void {
    const { rows } = this;
    const slot = frame % RING;
    this.counts[slot] = 0;
    // The ends have no neighbour on one side.
    if (frame === 0 || frame === last) return;
    const from = slot * ROW + NEAR_BINS + 1;
    const to = slot * ROW + NEAR_BINS + BINS - 1;
    const rich = this.richPerSecond > 0;
    for (let i = from; i < to; i++) {
      const v = rows[i]!;
      if (v <= QUIETEST_DB || v <= rows[i - 1]! || v < rows[i + 1]!) continue;
      if (v <= rows[i - 2]! || v < rows[i + 2]!) continue;
      if (v <= rows[i - 3]! || v < rows[i + 3]!) continue;
      const wideInFrame = v > rows[i - 4]! && v >= rows[i + 4]!;
      if (!wideInFrame && !rich) continue;
      const bin = i - slot * ROW;
      if (rich && !this.isHighest(frame, last, bin, v, RICH_BINS, RICH_FRAMES)) continue;
      const wide = wideInFrame && this.isHighest(frame, last, bin, v, NEAR_BINS, NEAR_FRAMES);
      if (wide || rich) this.addCandidate(frame, last, bin, v, wide);
    }
  }

  /** Whether `v` is higher than `bins` to each side in as many as `frames` before and after. */
  private isHighest(
    frame: number,
    last: number,
    bin: number,
    v: number,
    bins: number,
    frames: number,
  ): boolean {
    const { rows } = this;
    for (let step = 1; step <= frames; step++) {
      if (frame - step >= 0) {
        const at = ((frame - step) % RING) * ROW + bin;
        for (let i = at - bins; i <= at + bins; i++) if (rows[i]! >= v) return false;
      }
      if (frame + step <= last) {
        const at = ((frame + step) % RING) * ROW + bin;
        for (let i = at - bins; i <= at + bins; i++) if (rows[i]! > v) return false;
      }
    }
    return true;
  }

  private addCandidate(frame: number, last: number, bin: number, v: number, wide: boolean): void {
    const { rows } = this;
    const slot = frame % RING;
    const first = Math.max(0, frame - MEAN_FRAMES);
    const end = Math.min(last, frame + MEAN_FRAMES);
    let sum = 0;
    for (let f = first; f <= end; f++) sum += rows[(f % RING) * ROW + bin]!;
    const at = slot * ROW + bin;
    const before = rows[((frame - 1) % RING) * ROW + bin]!;
    const after = rows[((frame + 1) % RING) * ROW + bin]!;
    const c = slot * PER_FRAME + this.counts[slot]!++;
    this.salience[c] = v - sum / (end - first + 1) + 0.5 * (v - this.rowMeans[slot]!);
    this.time[c] = frame + parabola(before, v, after);
    this.wide[c] = wide ? 1 : 0;
    this.octave[c] = (bin - NEAR_BINS + parabola(rows[at - 1]!, v, rows[at + 1]!)) / BINS_PER_OCTAVE;
  }

  private settle(frame: number): void {
    const slot = frame % RING;
    const kept = this.times.length;
    for (let i = 0; i < this.counts[slot]!; i++) {
      const c = slot * PER_FRAME + i;
      const lean = this.wide[c] === 1 && this.rivals(frame, c, 1, this.leanPerSecond) < this.leanPerSecond;
      if (lean || this.rivals(frame, c, 0, this.richPerSecond) < this.richPerSecond)
        this.insert(kept, this.time[c]!, this.octave[c]!, lean ? 1 : 0);
    }
  }

  /**
   * How many within ± 0.5 s stand out more, at most some more than `enough`; of equals the earlier, then the
   * lower one does. With `wide` = 1 only those of the wider neighbourhood count.
   */
  private rivals(frame: number, candidate: number, wide: 0 | 1, enough: number): number {
    const mine = this.salience[candidate]!;
    const last = Math.min(this.examined - 1, frame + RIVAL_FRAMES);
    let rivals = 0;
    for (let f = Math.max(0, frame - RIVAL_FRAMES); f <= last; f++) {
      const from = (f % RING) * PER_FRAME;
      const to = from + this.counts[f % RING]!;
      for (let c = from; c < to; c++) {
        const s = this.salience[c]!;
        if (this.wide[c]! < wide) continue;
        if (s > mine || (s === mine && (f < frame || (f === frame && c < candidate)))) rivals++;
      }
      if (rivals >= enough) break;
    }
    return rivals;
  }

  /** Appends a peak, in the order of time among those of its frame, which begin at `from`. */
  private insert(from: number, time: number, octave: number, isLean: 0 | 1): void {
    this.times.push(time);
    this.octaves.push(octave);
    this.lean.push(isLean);
    const times = this.times.view();
    const octaves = this.octaves.view();
    const lean = this.lean.view();
    let i = times.length - 1;
    for (; i > from && times[i - 1]! > time; i--) {
      times[i] = times[i - 1]!;
      octaves[i] = octaves[i - 1]!;
      lean[i] = lean[i - 1]!;
    }
    times[i] = time;
    octaves[i] = octave;
    lean[i] = isLean;
  }
}

/** Level in dB at each bin of the logarithmic axis, between the two bins of the spectrum next to it. */
function writeLevels(powerBits: Int32Array, rows: Float32Array, at: number): void {
  for (let i = 0; i < BINS; i++) {
    const bin = POSITION_BINS[i]!;
    const low = log2OfBits(powerBits[bin]!);
    const level = low + (log2OfBits(powerBits[bin + 1]!) - low) * POSITION_PARTS[i]!;
    rows[at + i] = Math.max(level * DB_PER_OCTAVE, FLOOR_DB);
  }
}

/** Where the top of the parabola through three neighbours lies, −½..½ from the middle one. */
function parabola(left: number, middle: number, right: number): number {
  const bend = left - 2 * middle + right;
  if (bend > -1e-6) return 0;
  return Math.min(0.5, Math.max(-0.5, (0.5 * (left - right)) / bend));
}
