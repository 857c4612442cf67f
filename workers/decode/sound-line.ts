import { SAMPLE_RATE, type Seconds } from '../../fingerprints/units.js';

/** Time stamps and counted samples may differ by so much before sound is placed anew. */
export const DRIFT: Seconds = 0.04;

/** Passes the sound of one track on so that its times ascend: what overlaps is left out. */
export class SoundLine {
  private samples = 0;
  #floor: Seconds;

  /** Seconds that were passed on. */
  get seconds(): Seconds {
    return this.samples / SAMPLE_RATE;
  }

  /** @param from sound before this moment is left out */
  constructor(
    from: Seconds,
    private readonly output: (pcm: Int16Array, time: Seconds) => void,
  ) {
    this.#floor = from;
  }

  /** Where the sound ends that was passed on; null = none was. */
  get end(): Seconds | null {
    return this.samples === 0 ? null : this.#floor;
  }

  pass(pcm: Int16Array, time: Seconds): void {
    const skip = Math.max(0, Math.ceil((this.#floor - time) * SAMPLE_RATE - 1e-3));
    if (skip >= pcm.length) return;
    this.samples += pcm.length - skip;
    this.#floor = time + pcm.length / SAMPLE_RATE;
    this.output(pcm.subarray(skip), time + skip / SAMPLE_RATE);
  }
}
