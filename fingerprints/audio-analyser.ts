import { BandWords, PitchedWords, WORD_PITCHES } from './band-words.js';
import { FFT_SIZE, PowerSpectrum, SPECTRUM_SIZE } from './fft.js';
import { Growing } from './growing.js';
import { LEAN_PEAKS_PER_SECOND, REFERENCE_PEAKS_PER_SECOND, RICH_PEAKS_PER_SECOND } from './landmarks.js';
import { FRAME_STEP, FRAME_TICKS, PEAK_LOOKAHEAD_FRAMES, PeakPicker } from './peak-picker.js';
import type { AudioFeatures } from './types.js';
import { SAMPLE_RATE, type Seconds, TICK, TICK_SAMPLES, WORD_TICKS } from './units.js';

/** How far final output trails what was fed. */
export const AUDIO_LOOKAHEAD: Seconds = (PEAK_LOOKAHEAD_FRAMES + 1) * FRAME_STEP + FFT_SIZE / 2 / SAMPLE_RATE;

/** A longer gap in the time stamps, or a longer step backwards, is for the caller to deal with. */
export const MAX_AUDIO_GAP: Seconds = 10;

/** Time stamps may be off by this much before samples are put in or left out. */
const JITTER_SAMPLES = 0.02 * SAMPLE_RATE;

const FRAME_SAMPLES = FRAME_TICKS * TICK_SAMPLES;
/** Samples that wait for their frame; the longest stretch taken at once is as long again. */
const BUFFER = 8 * FFT_SIZE;
const STATE_VERSION = 3;
const HEADER = 7;

const WINDOW = Float64Array.from(
  { length: FFT_SIZE },
  (_, n) => (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / FFT_SIZE)) / 32768,
);

/** The time stamps jump: what follows belongs to another analysis. */
export class AudioGapError extends Error {
  override readonly name = 'AudioGapError';

  /** @param gap seconds by which the time stamp is later than expected. */
  constructor(readonly gap: Seconds) {
    super(`The sound's time stamps jump by ${gap.toFixed(3)} s; at most ${MAX_AUDIO_GAP} s are bridged`);
  }
}

export interface AudioAnalyserOptions {
  /** 1 = a word every tick (streams), WORD_TICKS = one every 80 ms (references). */
  readonly wordTicks: 1 | typeof WORD_TICKS;
  /** LEAN_PEAKS_PER_SECOND or REFERENCE_PEAKS_PER_SECOND. */
  readonly peaksPerSecond: number;
  /** Peaks of the rich set, in which the others are marked as lean; 0 = none beside the others. */
  readonly richPeaksPerSecond: number;
  /** Pitches at which words are formed beside those of the sound as it is. */
  readonly pitches: readonly number[];
}

/** A suspect stream: a word every tick, at every pitch, peaks for lean and for rich look-ups. */
export const STREAM_ANALYSIS: AudioAnalyserOptions = {
  wordTicks: 1,
  peaksPerSecond: LEAN_PEAKS_PER_SECOND,
  richPeaksPerSecond: RICH_PEAKS_PER_SECOND,
  pitches: WORD_PITCHES,
};

/** A reference: what is kept of it, and no more. */
export const REFERENCE_ANALYSIS: AudioAnalyserOptions = {
  wordTicks: WORD_TICKS,
  peaksPerSecond: REFERENCE_PEAKS_PER_SECOND,
  richPeaksPerSecond: 0,
  pitches: [],
};

/** As in workers/protocol.ts: what a later analyser needs to go on. */
export interface AudioState {
  readonly version: number;
  readonly numbers: Float64Array;
  readonly rows: Float32Array;
}

/**
 * Turns sound into band words and spectral peaks while it comes in. Where it is cut into pieces changes no bit
 * of the result. Memory does not grow with the length of the input as long as `take` is called.
 *
 * Frame f is centred on tick 2f, with silence before the origin.
 */
export class AudioAnalyser {
  private readonly spectrum = new PowerSpectrum(WINDOW);
  private readonly power = new Float32Array(SPECTRUM_SIZE);
  private readonly powerBits = new Int32Array(this.power.buffer);
  private readonly bandWords = new BandWords();
  private readonly pitchedWords: PitchedWords;
  private readonly peaks: PeakPicker;
  /** Of the sound as it is, and then at each pitch. */
  private readonly words: readonly Growing<Uint32Array>[];

  private readonly buffer = new Float64Array(BUFFER);
  /** Where the window of the next frame begins, and where the samples end. */
  private readAt = 0;
  private writeAt = FFT_SIZE / 2;
  /** End of the last sample that is not zero. */
  private soundEnd = 0;

  private origin: Seconds | null = null;
  private samples = 0;
  private frame = 0;
  private takenTicks = 0;
  private finished = false;

  constructor(private readonly options: AudioAnalyserOptions) {
    this.peaks = new PeakPicker(options.peaksPerSecond, options.richPeaksPerSecond);
    this.pitchedWords = new PitchedWords(options.pitches);
    this.words = [1, ...options.pitches].map(() => new Growing(Uint32Array));
  }

  /** Media time at which the next sample is expected; 0 before the first. */
  get nextTime(): Seconds {
    return (this.origin ?? 0) + this.samples / SAMPLE_RATE;
  }

  /**
   * Takes mono samples at SAMPLE_RATE, of which the first lies at `time` in media time. The first call (which
   * may bring no samples) sets the origin: tick 0. A gap is filled with silence, an overlap is left out; up to
   * 20 ms away from where the samples counted from the origin end, time stamps are taken for jitter.
   * @throws AudioGapError when `time` is more than MAX_AUDIO_GAP off, or no number. Nothing was taken then.
   */
  feed(pcm: Int16Array, time: Seconds): void {
    if (this.finished) throw new Error('AudioAnalyser.feed after finish');
    if (!Number.isFinite(time)) throw new AudioGapError(Number.NaN);
    this.origin ??= time;
    const late = Math.round((time - this.nextTime) * SAMPLE_RATE);
    if (Math.abs(late) > MAX_AUDIO_GAP * SAMPLE_RATE) throw new AudioGapError(late / SAMPLE_RATE);
    if (late > JITTER_SAMPLES) this.append(null, 0, late);
    const from = late < -JITTER_SAMPLES ? Math.min(-late, pcm.length) : 0;
    this.append(pcm, from, pcm.length);
  }

  /** Nothing follows: what waited for more sound is worked out. Afterwards `take` gives the rest. */
  finish(): void {
    if (this.finished) return;
    this.finished = true;
    const ticks = this.ticks();
    if (ticks === 0) return;
    const lastFrame = Math.ceil((ticks - 1) / FRAME_TICKS);
    const missing = lastFrame * FRAME_SAMPLES + FFT_SIZE / 2 - this.samples;
    this.write(null, 0, Math.max(0, missing));
    this.peaks.finish();
  }

  /**
   * What became final since the last take: words and peaks of the same stretch, which begins where the last one
   * ended. (A peak may lie half a frame, 16 ms, outside.)
   */
  take(): AudioFeatures {
    const origin = this.origin ?? 0;
    const start = origin + this.takenTicks * TICK;
    const end = this.finished ? this.ticks() : this.peaks.settled * FRAME_TICKS;
    const { wordTicks } = this.options;
    const count = Math.ceil(end / wordTicks) - Math.ceil(this.takenTicks / wordTicks);
    const [words, ...pitched] = this.words.map((grown) => grown.shift(count));
    this.takenTicks = end;
    const times = this.peaks.times.shift(this.peaks.times.length);
    for (let i = 0; i < times.length; i++) times[i] = origin + times[i]! * FRAME_STEP;
    const octaves = this.peaks.octaves.shift(times.length);
    return {
      start,
      words: words!,
      pitched,
      peaks: { times, octaves, lean: this.peaks.lean.shift(times.length) },
    };
  }

  /** Everything needed to go on elsewhere, as arrays of their own (some 60 KB), output not taken yet included. */
  state(): AudioState {
    if (this.finished) throw new Error('AudioAnalyser.state after finish');
    const words = this.words.map((grown) => grown.view());
    const { times, octaves, lean } = this.peaks;
    const pcm = this.buffer.subarray(this.readAt, this.writeAt);
    const origin = this.origin ?? Number.NaN;
    const waiting = words[0]!.length;
    return {
      version: STATE_VERSION,
      numbers: joined(Float64Array, [
        [origin, this.samples, this.frame, this.takenTicks, waiting, times.length, pcm.length],
        ...words,
        times.view(),
        octaves.view(),
        lean.view(),
      ]),
      rows: joined(Float32Array, [
        pcm,
        this.bandWords.save(),
        ...this.pitchedWords.words.map((former) => former.save()),
        this.peaks.saveRows(),
      ]),
    };
  }

  /** A new analyser that goes on where `state` was called, with the same options. @throws RangeError as `restore` does */
  static resume(state: AudioState, options: AudioAnalyserOptions): AudioAnalyser {
    const resumed = new AudioAnalyser(options);
    resumed.restore(state);
    return resumed;
  }

  /**
   * Forgets everything that it has been told and goes on where `state` was called, with the same options.
   * @throws RangeError when the state is none, or of another version. Nothing has changed then.
   */
  restore(state: AudioState): void {
    const { version, numbers, rows } = state;
    if (version !== STATE_VERSION) throw new RangeError(`Audio state of unknown version ${version}`);
    const [origin, samples, frame, takenTicks, words, peaks, pcm] = numbers as unknown as Header;
    const pitches = this.options.pitches.length + 1;
    if (
      numbers.length !== HEADER + pitches * words + 3 * peaks ||
      rows.length !== pcm + pitches * BandWords.STATE_SIZE + PeakPicker.stateSize(frame) ||
      pcm > BUFFER
    )
      throw new RangeError('Audio state of a wrong size');
    this.reset();
    this.origin = Number.isNaN(origin) ? null : origin;
    this.samples = samples;
    this.frame = frame;
    this.takenTicks = takenTicks;
    const nextRows = pieces(rows);
    this.buffer.set(nextRows(pcm));
    this.writeAt = pcm;
    this.soundEnd = lastSound(this.buffer, pcm);
    for (const former of [this.bandWords, ...this.pitchedWords.words])
      former.restore(nextRows(BandWords.STATE_SIZE));
    this.peaks.restore(frame, nextRows(PeakPicker.stateSize(frame)));
    const nextNumbers = pieces(numbers.subarray(HEADER));
    for (const grown of this.words) grown.append(nextNumbers(words));
    this.peaks.times.append(nextNumbers(peaks));
    this.peaks.octaves.append(nextNumbers(peaks));
    this.peaks.lean.append(nextNumbers(peaks));
  }

  /** Forgets everything that it has been told: as new. */
  reset(): void {
    this.buffer.fill(0, 0, FFT_SIZE / 2);
    this.readAt = 0;
    this.writeAt = FFT_SIZE / 2;
    this.soundEnd = 0;
    this.origin = null;
    this.samples = 0;
    this.frame = 0;
    this.takenTicks = 0;
    this.finished = false;
    for (const grown of this.words) grown.clear();
    for (const former of [this.bandWords, ...this.pitchedWords.words]) former.reset();
    this.peaks.reset();
  }

  private ticks(): number {
    return Math.ceil(this.samples / TICK_SAMPLES);
  }

  /** Appends pcm[from .. to), or so many zeros, to the sound. */
  private append(pcm: Int16Array | null, from: number, to: number): void {
    this.samples += to - from;
    this.write(pcm, from, to);
  }

  private write(pcm: Int16Array | null, from: number, to: number): void {
    for (let at = from; at < to; ) {
      if (this.writeAt === BUFFER) this.moveToFront();
      const count = Math.min(to - at, BUFFER - this.writeAt);
      if (pcm === null) this.buffer.fill(0, this.writeAt, this.writeAt + count);
      else this.copy(pcm, at, count);
      at += count;
      this.writeAt += count;
      for (; this.readAt + FFT_SIZE <= this.writeAt; this.readAt += FRAME_SAMPLES) this.analyseFrame();
    }
  }

  private copy(pcm: Int16Array, at: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const sample = pcm[at + i]!;
      this.buffer[this.writeAt + i] = sample;
      if (sample !== 0) this.soundEnd = this.writeAt + i + 1;
    }
  }

  private moveToFront(): void {
    this.buffer.copyWithin(0, this.readAt, this.writeAt);
    this.soundEnd -= this.readAt;
    this.writeAt -= this.readAt;
    this.readAt = 0;
  }

  private analyseFrame(): void {
    let sounding = false;
    if (this.soundEnd > this.readAt) {
      this.spectrum.measure(this.buffer, this.readAt, this.power);
      sounding = this.bandWords.add(this.frame, this.power);
      this.pitchedWords.add(this.frame, this.power, sounding);
    } else {
      this.bandWords.pushSilence(this.frame);
      this.pitchedWords.pushSilence(this.frame);
    }
    this.peaks.push(sounding ? this.powerBits : null);
    const tick = this.frame * FRAME_TICKS;
    this.addWords(tick, this.bandWords, this.words[0]!);
    for (let p = 1; p < this.words.length; p++)
      this.addWords(tick, this.pitchedWords.words[p - 1]!, this.words[p]!);
    this.frame++;
  }

  /** Appends the words at a frame's tick and at the one before, as far as they are asked for. */
  private addWords(
    tick: number,
    { even, odd }: { even: number; odd: number },
    to: Growing<Uint32Array>,
  ): void {
    const { wordTicks } = this.options;
    if (tick > 0 && (tick - 1) % wordTicks === 0) to.push(odd);
    if (tick % wordTicks === 0) to.push(even);
  }
}

/** End of the last of the first `count` samples that is not zero. */
function lastSound(samples: Float64Array, count: number): number {
  let end = count;
  while (end > 0 && samples[end - 1] === 0) end--;
  return end;
}

/** All values one after the other. */
function joined<T extends Float32Array | Float64Array>(
  make: new (length: number) => T,
  parts: readonly ArrayLike<number>[],
): T {
  const all = new make(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Gives the next so many values at each call. */
function pieces<T extends Float32Array | Float64Array>(values: T): (count: number) => T {
  let at = 0;
  return (count) => {
    at += count;
    return values.subarray(at - count, at) as T;
  };
}

type Header = [
  origin: number,
  samples: number,
  frame: number,
  takenTicks: number,
  words: number,
  peaks: number,
  pcm: number,
];
