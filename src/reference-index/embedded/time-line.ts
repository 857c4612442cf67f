import type { ReferenceFingerprint } from '../../../fingerprints/types.js';
import {
  ROW_BYTES,
  ROWS_PER_SECOND,
  type Seconds,
  TICKS_PER_SECOND,
  WORD_TICKS,
} from '../../../fingerprints/units.js';
import { StreamprintError } from '../../domain/errors.js';
import type { FingerprintId } from '../../domain/ids.js';
import { GAP_TICKS } from '../limits.js';
import type { FingerprintPlace, TrackPlace } from './segment-table.js';

/** Picture postings say in which 10 s a picture is. */
export const CHUNK_SECONDS = 10;
export const CHUNK_ROWS = CHUNK_SECONDS * ROWS_PER_SECOND;

/** Positions are unsigned numbers of 32 bits. */
const MAX_TICKS = 2 ** 32 - 1;
/** Bases are multiples of this, so that votes fall into the same bins whatever segment a lane lies in. */
const ALIGNMENT = 64;

/** What a fingerprint needs room for. */
export interface Extent {
  readonly id: FingerprintId;
  readonly duration: number;
  readonly hasVideo: boolean;
  readonly rows: number;
  readonly tracks: readonly { readonly words: number; readonly ticks: number }[];
}

/** Lays fingerprints one after the other on the lines of a segment. */
export class TimeLine {
  readonly places: FingerprintPlace[] = [];
  /** All positions of sound are below this; before and after each lane there is a gap. */
  ticks = GAP_TICKS;
  chunks = 0;
  private packBytes = 0;

  /** Throws SP_INPUT_TOO_LARGE when the segment is full (some 19,000 h). */
  place(extent: Extent): FingerprintPlace {
    const tracks: TrackPlace[] = [];
    for (const { words, ticks } of extent.tracks) {
      tracks.push({ words, ticks, tickBase: this.ticks });
      this.ticks = Math.ceil((this.ticks + ticks + GAP_TICKS) / ALIGNMENT) * ALIGNMENT;
    }
    if (this.ticks > MAX_TICKS) {
      throw new StreamprintError(
        'SP_INPUT_TOO_LARGE',
        'More sound than one batch can hold: register it in parts.',
      );
    }
    const { id, duration, hasVideo, rows } = extent;
    const place = {
      id,
      duration,
      hasVideo,
      rows,
      tracks,
      chunkBase: this.chunks,
      packOffset: this.packBytes,
    };
    this.chunks += Math.ceil(rows / CHUNK_ROWS);
    this.packBytes += packBytes(place);
    this.places.push(place);
    return place;
  }
}

/** What a fingerprint takes of the line of sound, or of that of pictures if that is more, s. */
export function roomOf({ duration, tracks }: Pick<FingerprintPlace, 'duration' | 'tracks'>): Seconds {
  const ticks = tracks.reduce((sum, track) => sum + track.ticks + GAP_TICKS + ALIGNMENT, 0);
  return Math.max(duration, ticks / TICKS_PER_SECOND);
}

/** Bytes that the words and rows of a fingerprint take in a segment that is written now. */
function packBytes(place: Extent): number {
  return place.tracks.reduce((sum, track) => sum + track.words * 4, place.rows * ROW_BYTES);
}

export function extentOf(id: FingerprintId, fingerprint: ReferenceFingerprint): Extent {
  return {
    id,
    duration: fingerprint.duration,
    hasVideo: fingerprint.video !== null,
    rows: fingerprint.video ? Math.floor(fingerprint.video.rows.length / ROW_BYTES) : 0,
    tracks: fingerprint.audio.map(({ words, landmarks }) => ({
      words: words.length,
      ticks: Math.max(words.length * WORD_TICKS, (landmarks.ticks.at(-1) ?? -1) + 1),
    })),
  };
}
