import type { Seconds } from '../../fingerprints/units.js';
import type { FingerprintId } from '../domain/ids.js';
import { type Run, RunDetector } from './run-detector.js';
import { PICTURE_RUNS, SOUND_RUNS } from './settings.js';

/** The hypothesis that `reference time = speed × stream time + offset`. */
export interface Line {
  readonly fingerprintId: FingerprintId;
  readonly offset: Seconds;
  readonly speed: number;
}

/** A line that is followed through the stream, and the evidence for it so far. */
export class FollowedLine {
  /** Sound track that agrees; null = none heard yet. */
  track: number | null;
  audio = new RunDetector(SOUND_RUNS);
  video = new RunDetector(PICTURE_RUNS);
  mirroredVideo = new RunDetector(PICTURE_RUNS);
  offset: Seconds;
  /** Last moment of the stream at which a run lived, s. */
  aliveAt: Seconds;
  /** Up to here the stream was compared along this line, s. */
  followedUntil: Seconds = Number.NEGATIVE_INFINITY;

  constructor(
    readonly fingerprintId: FingerprintId,
    offset: Seconds,
    readonly speed: number,
    track: number | null,
    readonly duration: Seconds,
    readonly audioTracks: number,
    foundAt: Seconds,
  ) {
    this.offset = offset;
    this.track = track;
    this.aliveAt = foundAt;
  }

  /** The line lies elsewhere: what was compared so far does not count. */
  moveTo(offset: Seconds): void {
    this.offset = offset;
    this.followedUntil = Number.NEGATIVE_INFINITY;
    this.audio = new RunDetector(SOUND_RUNS);
    this.video = new RunDetector(PICTURE_RUNS);
    this.mirroredVideo = new RunDetector(PICTURE_RUNS);
  }

  /** Whether the pictures agree better when mirrored. */
  get mirrored(): boolean {
    return total(this.mirroredVideo) > total(this.video);
  }

  /** Runs of the pictures, in the orientation that agrees better. */
  get pictures(): RunDetector {
    return this.mirrored ? this.mirroredVideo : this.video;
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

/** Evidence of all runs of a detector, nats. */
export function total(detector: RunDetector): number {
  let sum = detector.current?.score ?? 0;
  for (const run of detector.closed) sum += run.score;
  return sum;
}
