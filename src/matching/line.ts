import type { Seconds } from '../../fingerprints/units.js';
import type { FingerprintId } from '../domain/ids.js';
import { type Run, RunDetector } from './run-detector.js';
import { PICTURE_RUNS, SOUND_RUNS } from './settings.js';
import type { View } from './view.js';

/** The hypothesis that `reference time = speed × stream time + offset`. */
export interface Line {
  readonly fingerprintId: FingerprintId;
  readonly offset: Seconds;
  readonly speed: number;
}

/** A line that is followed through the stream, and the evidence for it so far. */
export class FollowedLine implements Line {
  audio = new RunDetector(SOUND_RUNS);
  pictures = new RunDetector(PICTURE_RUNS);
  /** Up to here the stream was compared along this line, s. */
  followedUntil: Seconds = Number.NEGATIVE_INFINITY;
  /** When it was looked for in all parts of the pictures, s of stream, and how long until it is again. */
  looked: { readonly at: Seconds; readonly wait: Seconds } | null = null;
  offset: Seconds;
  speed: number;
  /** Nobody but faint landmarks spoke for it so far: its sound counts for less. */
  faint = false;
  /** A moment of the stream at which the line was placed exactly by its sound; null = not yet. */
  private pivot: Seconds | null = null;

  /**
   * @param track sound track that agrees; null = none heard yet
   * @param pitch index in PITCHES of the stream's words that agree
   * @param view how the stream shows it; PLAIN as long as nothing was seen
   * @param aliveAt last moment of the stream at which a run lived, s
   */
  constructor(
    readonly fingerprintId: FingerprintId,
    line: { readonly offset: Seconds; readonly speed: number },
    public track: number | null,
    public pitch: number,
    public view: View,
    readonly duration: Seconds,
    readonly audioTracks: number,
    public aliveAt: Seconds,
  ) {
    this.offset = line.offset;
    this.speed = line.speed;
  }

  /** The line lies elsewhere: what was compared so far does not count. */
  moveTo(offset: Seconds, speed: number): void {
    this.offset = offset;
    this.speed = speed;
    this.followedUntil = Number.NEGATIVE_INFINITY;
    this.audio = new RunDetector(SOUND_RUNS);
    this.pictures = new RunDetector(PICTURE_RUNS);
  }

  /** The stream shows it otherwise: what was seen so far does not count. */
  showAs(view: View): void {
    this.view = view;
    this.pictures = new RunDetector(PICTURE_RUNS);
  }

  /** Notes that the sound at a moment of the stream is where the line says. */
  hold(at: Seconds): void {
    this.pivot ??= at;
  }

  /**
   * The sound at a moment of the stream lies `shift` s later in the reference than the line says. From
   * `leastSpan` s after the moment where it was held on, the line is turned around that, else moved.
   */
  adjust(at: Seconds, shift: Seconds, leastSpan: Seconds): void {
    const span = this.pivot === null ? 0 : at - this.pivot;
    const turn = span >= leastSpan ? shift / span : 0;
    this.offset += shift - turn * at;
    this.speed += turn;
  }

  /** Evidence of all its runs, nats. */
  get evidence(): number {
    return total(this.audio) + total(this.pictures);
  }

  /** End of its last run, s of stream; −∞ without any. */
  get end(): Seconds {
    return Math.max(
      Number.NEGATIVE_INFINITY,
      ...[...runsOf(this.audio), ...runsOf(this.pictures)].map((run) => run.end),
    );
  }

  /** Forgets runs that ended before a time. */
  forget(before: Seconds): void {
    this.audio.forget(before);
    this.pictures.forget(before);
  }

  referenceTime(streamTime: Seconds): Seconds {
    return this.speed * streamTime + this.offset;
  }

  streamTime(referenceTime: Seconds): Seconds {
    return (referenceTime - this.offset) / this.speed;
  }
}

/** Every run of a detector, the living one last. */
export function runsOf(detector: RunDetector): Run[] {
  return detector.current ? [...detector.closed, detector.current] : [...detector.closed];
}

function total(detector: RunDetector): number {
  let sum = detector.current?.score ?? 0;
  for (const run of detector.closed) sum += run.score;
  return sum;
}
