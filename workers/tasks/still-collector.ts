import type { Seconds } from '../../fingerprints/units.js';
import { encodeJpeg } from '../jpeg.js';
import type { Still } from '../protocol.js';

/** Beyond so many stills every other one is dropped, and from then on they are taken half as often. */
const MAX_STILLS = 2000;

/** Encodes the stills of an input while it is decoded. */
export class StillCollector {
  #stills: Promise<Still>[] = [];
  #times: Seconds[] = [];
  #step = 0;

  add(rgb: Uint8Array, width: number, height: number, time: Seconds): void {
    const last = this.#times.at(-1);
    if (last !== undefined && time < last + this.#step) return;
    this.#times.push(time);
    this.#stills.push(encodeJpeg(rgb, width, height).then((jpeg) => ({ time, jpeg })));
    if (this.#times.length >= MAX_STILLS) this.#thinOut();
  }

  all(): Promise<Still[]> {
    return Promise.all(this.#stills);
  }

  #thinOut(): void {
    const every = <T>(values: T[]) => values.filter((_, i) => i % 2 === 0);
    this.#stills = every(this.#stills);
    this.#times = every(this.#times);
    const span = (this.#times.at(-1) as Seconds) - (this.#times[0] as Seconds);
    this.#step = span / (this.#times.length - 1);
  }
}
