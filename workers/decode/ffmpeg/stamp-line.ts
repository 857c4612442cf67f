import type { Seconds } from '../../../fingerprints/units.js';

/** Decoded frames may lie a little outside of the packets they came from. */
const SLACK: Seconds = 0.6;

interface Piece {
  readonly shift: Seconds;
  min: Seconds;
  max: Seconds;
}

/**
 * The time stamps of one track as stretches of one clock each, so that frames, which come with the media's own
 * stamps in the order of the packets, can be put on the time line that the packets were laid on.
 */
export class StampLine {
  readonly #pieces: Piece[] = [];
  #at = 0;
  #last: Seconds = Number.NEGATIVE_INFINITY;

  constructor(private readonly wrap: Seconds | null) {}

  add(stamp: Seconds, shift: Seconds): void {
    const piece = this.#pieces.at(-1);
    if (piece?.shift === shift) {
      piece.min = Math.min(piece.min, stamp);
      piece.max = Math.max(piece.max, stamp);
    } else {
      this.#pieces.push({ shift, min: stamp, max: stamp });
    }
  }

  /** Seconds to add to the first time stamps. */
  get firstShift(): Seconds {
    return this.#pieces[0]?.shift ?? 0;
  }

  get isPlain(): boolean {
    return this.#pieces.length <= 1;
  }

  /** The place of the next frame on the time line. */
  place(stamp: Seconds): Seconds {
    for (let i = this.#at; i < this.#pieces.length; i++) {
      const piece = this.#pieces[i] as Piece;
      const own = this.#unwrapped(stamp, piece);
      if (own < piece.min - SLACK || own > piece.max + SLACK) continue;
      // A step back within a stretch is the beginning of one that looks alike.
      if (own + piece.shift < this.#last - SLACK && i < this.#pieces.length - 1) continue;
      this.#at = i;
      this.#last = own + piece.shift;
      return this.#last;
    }
    return stamp + (this.#pieces[this.#at]?.shift ?? 0);
  }

  /** The ffmpeg program may have undone a wrap already. */
  #unwrapped(stamp: Seconds, { min }: Piece): Seconds {
    return this.wrap === null ? stamp : stamp - this.wrap * Math.round((stamp - min) / this.wrap);
  }
}
