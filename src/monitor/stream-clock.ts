import type { Seconds } from '../../fingerprints/units.js';
import { type UtcMillis, utcMillis } from '../domain/ids.js';
import type { Segment } from '../domain/segment.js';
import type { StreamPosition } from '../domain/stream-position.js';
import { resumedStart } from './resumption.js';

/** Time stamps that miss their place by no more than this go on as they are. */
const JITTER: Seconds = 1;
/** What was lost may have lasted longer than it was announced to, by this share. */
const LOST_LONGER = 0.5;
/** The wall clock running this far ahead of the media means that the source stood still: a gap. */
const MAX_LATENESS: Seconds = 10;

export interface Placed {
  /** Stream time − media time, s. */
  readonly shift: Seconds;
  /** Stream time at which the segment starts and ends, s. */
  readonly start: Seconds;
  readonly end: Seconds;
  /** Seconds of stream between the segment before and this one. */
  readonly gap: Seconds;
  /** How much of that was not announced either. */
  readonly silence: Seconds;
}

interface Track {
  readonly expected: Seconds;
  readonly shift: Seconds;
}

/** All that a clock knows: one that is made of it goes on as this one would. */
export interface ClockState {
  readonly epoch: number | null;
  readonly utcEpoch: number;
  readonly position: StreamPosition | null;
  readonly earlier: StreamPosition | null;
  readonly tracks: readonly (Track & { readonly carries: Segment['carries'] })[];
  readonly lost: Seconds;
}

/** A segment as far as a clock looks at it. */
export type TimedSegment = Pick<Segment, 'uri' | 'digest' | 'firstByteAt' | 'carries' | 'discontinuity'>;

/**
 * The time line of a stream: seconds from the start of its first segment, which by definition was captured at
 * `first byte − duration`. Media time stamps carry it on; where they break, or where the wall clock says that
 * the source stood still, a new anchor is taken. A time line never goes backwards. Where a run goes on with what
 * an earlier one left, it goes on with its UTC times too: matches before and after lie on one line.
 */
export class StreamClock {
  /** When stream time 0 was captured, and what it counts as; ms UTC. They differ in a run that goes on. */
  #epoch: number | null = null;
  #utcEpoch = 0;
  #position: StreamPosition | null = null;
  /** Pictures with sound, and a sound rendition of its own: their time stamps mostly agree. */
  readonly #tracks = new Map<Segment['carries'], Track>();
  #lost: Seconds = 0;

  /** @param earlier where the run before stood */
  constructor(private readonly earlier: StreamPosition | null = null) {}

  static of({ epoch, utcEpoch, position, earlier, tracks, lost }: ClockState): StreamClock {
    const clock = new StreamClock(earlier);
    clock.#epoch = epoch;
    clock.#utcEpoch = utcEpoch;
    clock.#position = position;
    for (const { carries, expected, shift } of tracks) clock.#tracks.set(carries, { expected, shift });
    clock.#lost = lost;
    return clock;
  }

  get state(): ClockState {
    return {
      epoch: this.#epoch,
      utcEpoch: this.#utcEpoch,
      position: this.#position,
      earlier: this.earlier,
      tracks: [...this.#tracks].map(([carries, track]) => ({ carries, ...track })),
      lost: this.#lost,
    };
  }

  /** Where this run stands; null before the first segment. */
  get position(): StreamPosition | null {
    return this.#position;
  }

  /** A segment was announced but not had: the gap is as long as it said. */
  skip(duration: Seconds): void {
    this.#lost += duration;
  }

  /** @param start @param end media time of the segment's first and last moment, s */
  place(segment: TimedSegment, start: Seconds, end: Seconds): Placed {
    const duration = end - start;
    this.#epoch ??= this.#begin(segment, start, end);
    const captured = (segment.firstByteAt - this.#epoch) / 1000 - duration;
    const track = this.#tracks.get(segment.carries);
    const shift = track ? this.#next(track, segment, start, captured) : this.#first(start, captured);
    const gap = track ? Math.max(0, start + shift - track.expected) : 0;
    const silence = Math.max(0, gap - this.#lost);
    this.#tracks.set(segment.carries, { expected: end + shift, shift });
    if (segment.carries === 'both') this.#lost = 0;
    this.#note(segment, start + shift, end);
    return { shift, start: start + shift, end: end + shift, gap, silence };
  }

  utc(streamTime: Seconds): UtcMillis {
    return utcMillis(Math.round(this.#utcEpoch + 1000 * streamTime));
  }

  /** A time of the wall clock on the stream's time line. @param at ms since 1970 */
  utcAt(at: number): UtcMillis {
    return utcMillis(Math.round(this.#epoch === null ? at : at - this.#epoch + this.#utcEpoch));
  }

  #begin(segment: TimedSegment, start: Seconds, end: Seconds): number {
    const epoch = segment.firstByteAt - 1000 * (end - start);
    this.#utcEpoch = (this.earlier && resumedStart(this.earlier, segment, start, end)) ?? epoch;
    return epoch;
  }

  #note({ carries, uri, digest, firstByteAt }: TimedSegment, streamStart: Seconds, mediaEnd: Seconds): void {
    const first = this.#position?.first ?? { uri, digest, start: this.utc(streamStart) };
    if (this.#position && carries === 'audio') return;
    const end = this.utc(this.#tracks.get(carries)!.expected);
    this.#position = { first, last: { mediaEnd, end, capturedAt: firstByteAt } };
  }

  #first(start: Seconds, captured: Seconds): Seconds {
    for (const other of this.#tracks.values())
      if (Math.abs(start + other.shift - captured) < MAX_LATENESS + JITTER) return other.shift;
    return -start + (this.#tracks.size > 0 ? captured : 0);
  }

  #next(track: Track, segment: TimedSegment, start: Seconds, captured: Seconds): Seconds {
    const expected = track.expected + this.#lost;
    // What was lost may be part of the media's own time, or may have been put in between: then that stood still.
    const goesOn = (shift: Seconds) =>
      start + shift > track.expected - JITTER &&
      start + shift <= expected + JITTER + LOST_LONGER * this.#lost;
    const known = [track, ...this.#tracks.values()].find(({ shift }) => goesOn(shift));
    const shift = known && !(segment.discontinuity && this.#lost > 0) ? known.shift : expected - start;
    return captured > start + shift + MAX_LATENESS ? captured - start : shift;
  }
}
