import type { Seconds } from '../seconds.js';
import { headOf, PACKET_BYTES, type PacketHead, PacketReader, pidAt, startsAt } from './packets.js';
import { beginsKeyFrame, secondsBetween, timeOf } from './pes.js';
import { Program } from './program.js';

export interface CutRules {
  /** A segment ends at the first key frame from so long on, … */
  readonly target: Seconds;
  /** … without any at the first picture from so long on, … */
  readonly longest: Seconds;
  /** … and in any case when it is so large, bytes. */
  readonly largest: number;
}

export const DEFAULT_CUT: CutRules = { target: 5.5, longest: 15, largest: 48 * 2 ** 20 };

/** Time stamps that go back or ahead by more are another time line. */
const MAX_BACK: Seconds = 2;
const MAX_AHEAD: Seconds = 10;

export type Cut =
  /** A segment begins; what was before is whole. */
  | { readonly type: 'begin'; readonly discontinuity: boolean }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array };

/**
 * Cuts MPEG-TS that comes without an end into segments that can be decoded by themselves: each begins with the
 * tables, and with a key frame where there is one. No packet is changed or lost between two segments.
 */
export class TsCutter {
  private readonly reader = new PacketReader();
  private readonly program = new Program();
  /** Time stamps of the segment that is being filled: of its first picture, and the latest. */
  private first: number | null = null;
  private latest: number | null = null;
  private begun = false;
  private size = 0;
  /** Pictures passed over before the first key frame; when they began. */
  private waitingSince: number | null = null;

  constructor(private readonly rules: CutRules = DEFAULT_CUT) {}

  /** Seconds that the segment in hand lasts so far. */
  get duration(): Seconds {
    return this.first === null || this.latest === null
      ? 0
      : Math.max(0, secondsBetween(this.first, this.latest));
  }

  /** What becomes of some more bytes, in order. Views into them: to be used before the next call. */
  *take(chunk: Uint8Array): Generator<Cut> {
    for (const packets of this.reader.read(chunk)) yield* this.takePackets(packets);
  }

  private *takePackets(packets: Uint8Array): Generator<Cut> {
    let from = 0;
    for (let at = 0; at < packets.length; at += PACKET_BYTES) {
      if (this.begun) this.size += PACKET_BYTES;
      const pid = pidAt(packets, at);
      const isTable = this.program.isTable(pid);
      if (!isTable && !(pid === this.program.cutPid && startsAt(packets, at))) continue;
      const packet = packets.subarray(at, at + PACKET_BYTES);
      if (isTable) {
        this.program.take(packet, headOf(packet));
        continue;
      }
      const wasBegun = this.begun;
      for (const begin of this.takeStart(packet, headOf(packet))) {
        if (begin.type === 'begin' && wasBegun && at > from)
          yield { type: 'bytes', bytes: packets.subarray(from, at) };
        if (begin.type === 'begin') from = at;
        yield begin;
      }
      if (!this.begun) from = at + PACKET_BYTES;
    }
    if (this.begun && from < packets.length) yield { type: 'bytes', bytes: packets.subarray(from) };
  }

  /** A picture begins, or some sound where there are no pictures. */
  private *takeStart(packet: Uint8Array, head: PacketHead): Generator<Cut> {
    const time = timeOf(packet, head);
    const isKey = this.isKey(packet, head);
    if (!this.begun) {
      if (this.program.tables.length === 0 || time === null) return;
      this.waitingSince ??= time;
      if (isKey || secondsBetween(this.waitingSince, time) > this.rules.longest)
        yield* this.begin(time, false);
      return;
    }
    if (time === null) {
      if (this.size > this.rules.largest) yield* this.begin(null, false);
      return;
    }
    const step = this.latest === null ? 0 : secondsBetween(this.latest, time);
    const elapsed = this.first === null ? 0 : secondsBetween(this.first, time);
    const { target, longest, largest } = this.rules;
    if (step < -MAX_BACK || step > MAX_AHEAD) yield* this.begin(time, true);
    else if ((isKey && elapsed >= target) || elapsed >= longest || this.size > largest) yield* this.end(time);
    else if (step > 0) this.latest = time;
    this.first ??= time;
    this.latest ??= time;
  }

  /** The segment lasts until what begins now. */
  private *end(time: number): Generator<Cut> {
    this.latest = time;
    yield* this.begin(time, false);
  }

  private *begin(time: number | null, discontinuity: boolean): Generator<Cut> {
    yield { type: 'begin', discontinuity };
    this.begun = true;
    this.first = time;
    this.latest = time;
    this.size = 0;
    for (const bytes of this.program.tables) yield { type: 'bytes', bytes };
  }

  private isKey(packet: Uint8Array, head: PacketHead): boolean {
    const { video } = this.program;
    return video === null || head.randomAccess || beginsKeyFrame(packet, head, video);
  }
}
