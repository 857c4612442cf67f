import { AudioAnalyser, MAX_AUDIO_GAP, REFERENCE_ANALYSIS } from './audio-analyser.js';
import { Growing } from './growing.js';
import { landmarksOf } from './landmarks.js';
import { ReferenceRows } from './reference-rows.js';
import type { AudioTrackFingerprint, ReferenceFingerprint } from './types.js';
import { SAMPLE_RATE, type Seconds } from './units.js';

/** What lies later than this in the media is left out: two days. */
export const MAX_REFERENCE_DURATION: Seconds = 48 * 3600;
/** Sound tracks beyond so many are refused. */
export const MAX_AUDIO_TRACKS = 64;

/**
 * Makes the fingerprint of a whole file from its pictures and sounds, as they are decoded. Time 0 is the start
 * of the media. Memory grows with the fingerprint (some 1.2 MB an hour), not with the media.
 */
export class ReferenceFingerprintBuilder {
  private readonly rows = new ReferenceRows(MAX_REFERENCE_DURATION);
  private readonly tracks: TrackBuilder[] = [];

  /**
   * Takes the next picture. One that is earlier than the picture before it is left out.
   * @param grey width × height luma, 0..255, some 320 wide; copied
   */
  picture(grey: Uint8Array, width: number, height: number, time: Seconds): void {
    this.rows.add(grey, width, height, time);
  }

  /**
   * Takes mono samples at SAMPLE_RATE of a sound track, of which the first lies at `time`. Gaps become silence,
   * what is there already or lies before time 0 is left out.
   * @throws RangeError when there are more tracks than MAX_AUDIO_TRACKS
   */
  audio(track: number, pcm: Int16Array, time: Seconds): void {
    if (!(track >= 0 && track < MAX_AUDIO_TRACKS)) throw new RangeError(`No sound track ${track}`);
    while (this.tracks.length <= track) this.tracks.push(new TrackBuilder());
    this.tracks[track]!.add(pcm, time);
  }

  /**
   * The fingerprint. A track that is silent, or of which nothing came, keeps its place.
   * @param duration of the media
   */
  finish(duration: Seconds): ReferenceFingerprint {
    const bounded = Math.min(Math.max(duration, 0), MAX_REFERENCE_DURATION);
    const rows = this.rows.finish(bounded);
    return {
      duration: bounded,
      video: rows === null ? null : { rows },
      audio: this.tracks.map((track) => track.finish()),
    };
  }
}

/** Long silences are fed in pieces of 8 s, which is less than the analyser bridges by itself. */
const SILENCE = new Int16Array(8 * SAMPLE_RATE);

class TrackBuilder {
  private readonly analyser = new AudioAnalyser(REFERENCE_ANALYSIS);
  private readonly words = new Growing(Uint32Array);
  private readonly times = new Growing(Float64Array);
  private readonly octaves = new Growing(Float32Array);
  private readonly lean = new Growing(Uint8Array);

  constructor() {
    this.analyser.feed(new Int16Array(0), 0);
  }

  add(pcm: Int16Array, time: Seconds): void {
    if (!(time < MAX_REFERENCE_DURATION)) return;
    if (time < this.analyser.nextTime - MAX_AUDIO_GAP) return;
    while (time > this.analyser.nextTime + MAX_AUDIO_GAP) this.feed(SILENCE, this.analyser.nextTime);
    this.feed(pcm, time);
  }

  finish(): AudioTrackFingerprint {
    this.analyser.finish();
    this.collect();
    const peaks = { times: this.times.view(), octaves: this.octaves.view(), lean: this.lean.view() };
    return { words: this.words.view().slice(), landmarks: landmarksOf(peaks, 0, { set: 'reference' }) };
  }

  private feed(pcm: Int16Array, time: Seconds): void {
    this.analyser.feed(pcm, time);
    this.collect();
  }

  private collect(): void {
    const { words, peaks } = this.analyser.take();
    this.words.append(words);
    this.times.append(peaks.times);
    this.octaves.append(peaks.octaves);
    this.lean.append(peaks.lean);
  }
}
