import type { Seconds } from '../../../fingerprints/units.js';

/** The wall clock running this far ahead of what was announced means that the source stood still. */
const MAX_LATENESS: Seconds = 10;

/**
 * Where segments lie in the time of their stream, as far as that can be told without decoding: each follows the one
 * before by what was announced, and the first ends when its first byte came (docs/architecture.md, "Times").
 */
export class Timeline {
  #end: number | null = null;

  /** @param at when its first byte came, UTC ms @param duration as announced; 0 = not known */
  place(at: number, duration: Seconds): { readonly from: number; readonly to: number } {
    const captured = at - 1000 * duration;
    const from = this.#end === null || captured > this.#end + 1000 * MAX_LATENESS ? captured : this.#end;
    this.#end = duration > 0 ? from + 1000 * duration : Math.max(from, at);
    return { from, to: this.#end };
  }

  /** So much was announced and not had. */
  skip(duration: Seconds): void {
    if (this.#end !== null) this.#end += 1000 * duration;
  }
}
