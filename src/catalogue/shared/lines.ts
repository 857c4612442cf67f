import type { Seconds } from '../../../fingerprints/units.js';
import type { FingerprintId } from '../../domain/ids.js';

/** Places are looked up for stretches of this length. */
export const WINDOW: Seconds = 10;
/** Places that one stretch may nominate: the best of them may be the reference itself, again and again. */
export const NOMINATIONS = 40;
/** Evidence within a stretch that makes a line worth comparing as a whole, nats. */
export const FOLLOW_FROM = 6;
/** Music that repeats itself agrees with itself in many places: no more lines than these are compared. */
const LINES_A_PAIR = 32;
const LINES = 2000;

/** The hypothesis `time in the other = own time + offset`. */
export interface SharedLine {
  readonly other: FingerprintId;
  readonly offset: Seconds;
  /** Sound tracks that agree; null = found by its pictures. */
  readonly tracks: { readonly own: number; readonly other: number } | null;
}

/** The lines found so far along which a fingerprint has something in common with others. */
export class SharedLines {
  readonly all: SharedLine[] = [];
  readonly #byOther = new Map<FingerprintId, SharedLine[]>();

  /** @param own the fingerprint that is compared: it shares nothing with itself */
  constructor(private readonly own: FingerprintId) {}

  /**
   * Whether a line would be news: not known already, and not one too many.
   * @param same lines of one pair that lie nearer than this are the same, s
   */
  isNews(other: FingerprintId, offset: Seconds, same: Seconds): boolean {
    if (other === this.own || this.all.length >= LINES) return false;
    const known = this.#byOther.get(other) ?? [];
    return known.length < LINES_A_PAIR && known.every((line) => Math.abs(line.offset - offset) >= same);
  }

  add(line: SharedLine): void {
    this.all.push(line);
    const known = this.#byOther.get(line.other);
    if (known) known.push(line);
    else this.#byOther.set(line.other, [line]);
  }
}
