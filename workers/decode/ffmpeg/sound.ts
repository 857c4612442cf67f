import { SAMPLE_RATE, type Seconds } from '../../../fingerprints/units.js';
import { DRIFT, type SoundLine } from '../sound-line.js';
import { runFfmpeg } from './command.js';
import { FrameLog, tellsOfDamage } from './frame-log.js';
import type { StampLine } from './stamp-line.js';

const BYTES = 2;
const CHUNK = SAMPLE_RATE;

/** Decodes one sound track. @returns how often the decoder told of damage */
export async function decodeSound(
  path: string,
  index: number,
  stamps: StampLine,
  line: SoundLine,
  until: Seconds,
): Promise<number> {
  let refused = 0;
  const log = new FrameLog('ashowinfo@sound');
  const placer = new SoundPlacer(stamps, line, until);
  await runFfmpeg({
    path,
    before: ['-vn', '-sn', '-dn'],
    after: [
      ...['-map', `0:${index}`, '-f', 's16le', '-c:a', 'pcm_s16le'],
      ...['-af', `aformat=sample_fmts=s16:sample_rates=${SAMPLE_RATE}:channel_layouts=mono,ashowinfo@sound`],
    ],
    bytes: (chunk) => placer.bytes(chunk),
    line: (text) => {
      const frame = log.read(text);
      if (frame) placer.frame(frame.stamp, frame.samples);
      else if (tellsOfDamage(text)) refused++;
    },
    enough: () => placer.reached > until,
  });
  placer.finish();
  return refused;
}

/** Brings together the samples, which come through one pipe, and their times, which come through another. */
class SoundPlacer {
  /** The time that has been passed on. */
  reached: Seconds = Number.NEGATIVE_INFINITY;
  #bytes: Buffer = Buffer.alloc(0);
  #frames: { time: Seconds | null; samples: number }[] = [];
  /** Samples that follow each other without a gap, and the time of the first. */
  readonly #stretch = new Int16Array(2 * CHUNK);
  #length = 0;
  #start: Seconds | null = null;

  constructor(
    private readonly stamps: StampLine,
    private readonly line: SoundLine,
    /** Nothing is passed on from here on. */
    private readonly until: Seconds,
  ) {}

  bytes(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    this.#match();
  }

  frame(stamp: Seconds | null, samples: number): void {
    this.#frames.push({ time: stamp === null ? null : this.stamps.place(stamp), samples });
    this.#match();
  }

  finish(): void {
    this.#flush();
  }

  #match(): void {
    let used = 0;
    let done = 0;
    for (const { time, samples } of this.#frames) {
      const end = used + samples * BYTES;
      if (end > this.#bytes.length) break;
      this.#take(this.#bytes.subarray(used, end), time);
      used = end;
      done++;
    }
    this.#frames.splice(0, done);
    this.#bytes = this.#bytes.subarray(used);
  }

  #take(bytes: Buffer, stated: Seconds | null): void {
    const expected = this.#start === null ? (stated ?? 0) : this.#start + this.#length / SAMPLE_RATE;
    const time = stated ?? expected;
    const isNew = this.#start === null || Math.abs(time - expected) > DRIFT;
    if (isNew) {
      this.#flush();
      this.#start = time;
    }
    for (let at = 0; at < bytes.length; at += BYTES) {
      this.#stretch[this.#length++] = bytes.readInt16LE(at);
      if (this.#length === this.#stretch.length) this.#flush();
    }
    if (this.#length >= CHUNK) this.#flush();
  }

  #flush(): void {
    if (this.#start === null || this.#length === 0) return;
    const wanted = Math.min(this.#length, Math.max(0, Math.ceil((this.until - this.#start) * SAMPLE_RATE)));
    if (wanted > 0) this.line.pass(this.#stretch.subarray(0, wanted), this.#start);
    this.#start += this.#length / SAMPLE_RATE;
    this.#length = 0;
    this.reached = this.#start;
  }
}
