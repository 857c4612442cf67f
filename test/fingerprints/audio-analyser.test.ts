import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AUDIO_LOOKAHEAD,
  AudioAnalyser,
  type AudioAnalyserOptions,
  AudioGapError,
  type AudioState,
  MAX_AUDIO_GAP,
  REFERENCE_ANALYSIS,
  STREAM_ANALYSIS,
} from '../../fingerprints/audio-analyser.js';
import { WORD_PITCHES } from '../../fingerprints/band-words.js';
import type { AudioFeatures } from '../../fingerprints/types.js';
import { SAMPLE_RATE, TICK, TICK_SAMPLES, WORD_TICKS } from '../../fingerprints/units.js';
import { popcount32 } from '../../fingerprints/words.js';
import { music, noise } from './synthetic.js';

const STREAM = STREAM_ANALYSIS;
const REFERENCE = REFERENCE_ANALYSIS;

function inOnePiece(pcm: Int16Array, time: number, options: AudioAnalyserOptions = STREAM): AudioFeatures {
  const analyser = new AudioAnalyser(options);
  analyser.feed(pcm, time);
  analyser.finish();
  return analyser.take();
}

/** One that has analysed other sound to its end. */
function used(options: AudioAnalyserOptions): AudioAnalyser {
  const analyser = new AudioAnalyser(options);
  analyser.feed(noise(3, 9000, 5), 7);
  analyser.finish();
  return analyser;
}

function goOnIn(analyser: AudioAnalyser, state: AudioState): AudioAnalyser {
  analyser.restore(state);
  return analyser;
}

function join(parts: readonly AudioFeatures[]): AudioFeatures {
  return {
    start: parts[0]!.start,
    words: Uint32Array.from(parts.flatMap((p) => [...p.words])),
    pitched: parts[0]!.pitched.map((_, i) => Uint32Array.from(parts.flatMap((p) => [...p.pitched[i]!]))),
    peaks: {
      times: Float64Array.from(parts.flatMap((p) => [...p.peaks.times])),
      octaves: Float32Array.from(parts.flatMap((p) => [...p.peaks.octaves])),
      lean: Uint8Array.from(parts.flatMap((p) => [...p.peaks.lean])),
    },
  };
}

describe('AudioAnalyser, wherever the sound is cut', () => {
  const song = music(7, 1);
  // A stretch of silence and a click, so that the quick way past silence is cut as well.
  song.fill(0, 2 * SAMPLE_RATE, 3.5 * SAMPLE_RATE);
  song[Math.round(2.9 * SAMPLE_RATE)] = 20000;
  const origin = 1234.567;

  const cuts = fc.record({
    at: fc.array(fc.integer({ min: 0, max: song.length }), { maxLength: 12 }),
    take: fc.boolean(),
    resume: fc.constantFrom('not', 'anew', 'in a used one'),
  });

  for (const [name, options] of [
    ['a stream', STREAM],
    ['a reference', REFERENCE],
  ] as const)
    it(`gives the same words and peaks, bit for bit, for ${name}`, () => {
      const whole = inOnePiece(song, origin, options);
      fc.assert(
        fc.property(cuts, ({ at, take, resume }) => {
          const edges = [0, ...at.sort((a, b) => a - b), song.length];
          const parts: AudioFeatures[] = [];
          let analyser = new AudioAnalyser(options);
          for (let i = 0; i + 1 < edges.length; i++) {
            analyser.feed(song.subarray(edges[i], edges[i + 1]), origin + edges[i]! / SAMPLE_RATE);
            if (take) parts.push(analyser.take());
            if (resume === 'anew')
              analyser = AudioAnalyser.resume(structuredClone(analyser.state()), options);
            else if (resume === 'in a used one') analyser = goOnIn(used(options), analyser.state());
          }
          analyser.finish();
          parts.push(analyser.take());
          expect(join(parts)).toEqual(whole);
        }),
        { numRuns: 60 },
      );
    });

  it('gives no less, and nothing else, when it has been used before', () => {
    for (const options of [STREAM, REFERENCE]) {
      const analyser = used(options);
      analyser.reset();
      analyser.feed(song, origin);
      analyser.finish();
      expect(analyser.take()).toEqual(inOnePiece(song, origin, options));
    }
  });

  it('hands on everything in some 60 kilobytes, however long the sound was', () => {
    const analyser = new AudioAnalyser(STREAM);
    const sizes = [10, 30].map((seconds) => {
      while (analyser.nextTime < seconds) analyser.feed(song, analyser.nextTime);
      analyser.take();
      const { numbers, rows } = analyser.state();
      return numbers.byteLength + rows.byteLength;
    });
    expect(Math.max(...sizes)).toBeLessThan(70_000);
    expect(Math.abs(sizes[1]! - sizes[0]!)).toBeLessThan(4_000);
  });

  it('refuses a state that is none of its own', () => {
    const state = new AudioAnalyser(STREAM).state();
    expect(() => AudioAnalyser.resume({ ...state, version: 99 }, STREAM)).toThrow(RangeError);
    expect(() => AudioAnalyser.resume({ ...state, rows: new Float32Array(3) }, STREAM)).toThrow(RangeError);
    expect(() => AudioAnalyser.resume({ ...state, numbers: new Float64Array(3) }, STREAM)).toThrow(
      RangeError,
    );
  });
});

/** The same sound played faster and higher. */
function resampled(pcm: Int16Array, pitch: number): Int16Array {
  return Int16Array.from({ length: Math.floor((pcm.length - 1) / pitch) }, (_, i) => {
    const at = Math.floor(i * pitch);
    return Math.round(pcm[at]! + (i * pitch - at) * (pcm[at + 1]! - pcm[at]!));
  });
}

describe('AudioAnalyser, what it gives', () => {
  const song = music(6, 2);

  it('gives one word a tick to a stream, and every fifth of them to a reference', () => {
    const stream = inOnePiece(song, 0).words;
    const reference = inOnePiece(song, 0, REFERENCE).words;
    expect(stream).toHaveLength(Math.ceil(song.length / TICK_SAMPLES));
    expect(reference).toEqual(stream.filter((_, tick) => tick % WORD_TICKS === 0));
  });

  it('trails what was fed by no more than AUDIO_LOOKAHEAD, each take beginning where the last ended', () => {
    const analyser = new AudioAnalyser(STREAM);
    let end = 50;
    for (let at = 0; at < song.length; at += 1000) {
      analyser.feed(song.subarray(at, at + 1000), 50 + at / SAMPLE_RATE);
      const { start, words, peaks } = analyser.take();
      expect(start).toBeCloseTo(end, 9);
      end = start + words.length * TICK;
      expect(analyser.nextTime - end).toBeLessThanOrEqual(AUDIO_LOOKAHEAD);
      for (const time of peaks.times) {
        expect(time).toBeGreaterThanOrEqual(start - TICK);
        expect(time).toBeLessThanOrEqual(end + TICK);
      }
    }
  });

  it('gives peaks sorted by time, at most so many a second, at the frequencies that sound', () => {
    const { times, octaves } = inOnePiece(song, 3).peaks;
    expect(times.length).toBeGreaterThan(40);
    for (let i = 1; i < times.length; i++) expect(times[i]).toBeGreaterThanOrEqual(times[i - 1]!);
    for (const time of times)
      expect(times.filter((t) => t >= time && t < time + 0.5).length).toBeLessThanOrEqual(40);
    for (const octave of octaves) expect(octave).toBeLessThan(Math.log2(3800 / 180));

    const beep = new Int16Array(2 * SAMPLE_RATE);
    for (let i = 0; i < 2400; i++)
      beep[6000 + i] =
        8000 * Math.sin((Math.PI * i) / 2400) * Math.sin((2 * Math.PI * 1000 * i) / SAMPLE_RATE);
    const strongest = inOnePiece(beep, 10, { ...STREAM, peaksPerSecond: 1, richPeaksPerSecond: 0 }).peaks;
    expect(strongest.times).toHaveLength(1);
    expect(strongest.times[0]).toBeCloseTo(10 + 7200 / SAMPLE_RATE, 2);
    expect(180 * 2 ** strongest.octaves[0]!).toBeCloseTo(1000, -1);
  });

  it('marks among the rich peaks those that a lean analysis finds, all of them', () => {
    const { times, octaves, lean } = inOnePiece(song, 3).peaks;
    const alone = inOnePiece(song, 3, { ...STREAM, richPeaksPerSecond: 0 }).peaks;
    const isLean = (_: number, i: number) => lean[i] === 1;
    expect(times.filter(isLean)).toEqual(alone.times);
    expect(octaves.filter(isLean)).toEqual(alone.octaves);
    expect(alone.lean.every((flag) => flag === 1)).toBe(true);
    expect(times.length).toBeGreaterThan(1.4 * alone.times.length);
  });

  it('finds the same words in the same sound half as loud', () => {
    const words = inOnePiece(song, 0).words;
    const quiet = inOnePiece(
      song.map((s) => s / 2),
      0,
    ).words;
    const same = words.filter((word, tick) => word === quiet[tick]).length;
    expect(same / words.length).toBeGreaterThan(0.8);
  });

  it.each([24 / 25, 0.98, 1.02, 25 / 24])(
    'gives the words of the original for sound that is %d times as high',
    (pitch) => {
      const words = inOnePiece(song, 0).words;
      const raised = inOnePiece(resampled(song, pitch), 0);
      const wrongBits = (of: Uint32Array) => {
        const wrong = [...words.keys()]
          .filter((tick) => words[tick] !== 0 && tick > 20 && tick < words.length - 20)
          .map((tick) => popcount32(words[tick]! ^ of[Math.round(tick / pitch)]!));
        return wrong.reduce((sum, bits) => sum + bits, 0) / wrong.length / 32;
      };
      const near = wrongBits(raised.pitched[WORD_PITCHES.findIndex((p) => p > 1 === pitch > 1)]!);
      expect(near).toBeLessThan(0.27);
      expect(wrongBits(raised.words)).toBeGreaterThan(near + 0.03);
    },
  );

  it('gives nothing for no sound', () => {
    const { words, peaks } = inOnePiece(new Int16Array(0), 5);
    expect(words).toHaveLength(0);
    expect(peaks.times).toHaveLength(0);
  });
});

describe('AudioAnalyser, silence', () => {
  it.each([
    ['digital silence', new Int16Array(3 * SAMPLE_RATE)],
    ['dither of one step', noise(3, 1, 3)],
    ['hum below the voice', Int16Array.from({ length: 24000 }, (_, i) => 900 * Math.sin((i * Math.PI) / 80))],
    ['a direct current', new Int16Array(3 * SAMPLE_RATE).fill(5000)],
  ])('%s gives words of 0 and no peaks', (name, pcm) => {
    const { words, peaks } = inOnePiece(pcm, 0);
    // A direct current begins and ends with a step, which does sound.
    const inner = name.startsWith('a direct') ? words.slice(16, -16) : words;
    expect(inner.every((word) => word === 0)).toBe(true);
    if (inner === words) expect(peaks.times).toHaveLength(0);
  });

  it('gives 0 where a fade-out has become silence, and 80 ms on after silence ended', () => {
    const song = music(4, 4);
    song.fill(0, 2 * SAMPLE_RATE);
    const words = inOnePiece(song, 0).words;
    const silentFrom = Math.ceil((2 + 0.128) / TICK);
    expect(words.subarray(silentFrom).every((word) => word === 0)).toBe(true);
    expect(words.subarray(20, 110).every((word) => word !== 0)).toBe(true);

    const late = new Int16Array(4 * SAMPLE_RATE);
    late.set(music(2, 5), 2 * SAMPLE_RATE);
    const after = inOnePiece(late, 0).words;
    const firstSound = after.findIndex((word) => word !== 0) * TICK;
    expect(firstSound).toBeGreaterThanOrEqual(2 - 0.128 + 0.08);
    expect(firstSound).toBeLessThan(2 + 0.128);
  });
});

describe('AudioAnalyser, time stamps', () => {
  const song = music(4, 6);
  const half = 2 * SAMPLE_RATE;

  function twoHalves(secondAt: number): AudioFeatures {
    const analyser = new AudioAnalyser(STREAM);
    analyser.feed(song.subarray(0, half), 0);
    analyser.feed(song.subarray(half), secondAt);
    analyser.finish();
    return analyser.take();
  }

  it('takes up to 20 ms for jitter', () => {
    const straight = inOnePiece(song, 0);
    expect(twoHalves(2.0199)).toEqual(straight);
    expect(twoHalves(1.9801)).toEqual(straight);
  });

  it('fills a gap with silence', () => {
    const gap = new Int16Array(song.length + SAMPLE_RATE);
    gap.set(song.subarray(0, half));
    gap.set(song.subarray(half), half + SAMPLE_RATE);
    expect(twoHalves(3)).toEqual(inOnePiece(gap, 0));
  });

  it('leaves out what overlaps', () => {
    const analyser = new AudioAnalyser(STREAM);
    analyser.feed(song.subarray(0, half), 0);
    analyser.feed(song.subarray(half - 4000, half - 2000), 1.5);
    analyser.feed(song.subarray(half - 4000), 1.5);
    analyser.finish();
    expect(analyser.take()).toEqual(inOnePiece(song, 0));
  });

  it('does not let a slow clock drift away: after 100 s at 0.1 % it is off by 20 ms at most', () => {
    const analyser = new AudioAnalyser(STREAM);
    const second = new Int16Array(SAMPLE_RATE);
    for (let s = 0; s < 100; s++) {
      analyser.feed(second, s * 1.001);
      analyser.take();
      expect(Math.abs(analyser.nextTime - (s * 1.001 + 1))).toBeLessThanOrEqual(0.0201);
    }
  });

  it.each([MAX_AUDIO_GAP + 2.01, 2 - MAX_AUDIO_GAP - 0.01, Number.NaN])(
    'throws at a jump to %d s, having taken nothing',
    (time) => {
      const analyser = new AudioAnalyser(STREAM);
      analyser.feed(song.subarray(0, half), 0);
      expect(() => analyser.feed(song.subarray(half), time)).toThrow(AudioGapError);
      analyser.feed(song.subarray(half), 2);
      analyser.finish();
      expect(analyser.take()).toEqual(inOnePiece(song, 0));
    },
  );
});
