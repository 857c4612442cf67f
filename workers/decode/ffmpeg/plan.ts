import type { Seconds } from '../../../fingerprints/units.js';
import { hasNoIndex, MPEG_WRAP } from '../containers.js';
import { Continuity } from '../continuity.js';
import { SPARSE_GAP } from '../pick.js';
import { Timeline } from '../timeline.js';
import type { Probed, ProbedPacket } from './probe.js';
import { StampLine } from './stamp-line.js';

/** Frames of the usual rates last less. */
const LONG: Seconds = 0.4;

/** Groups of pictures that last so long that more than their key frame is wanted. */
export interface LongGroups {
  readonly any: boolean;
  /** Whether a moment lies in one. */
  readonly has: (time: Seconds) => boolean;
}

/** What the packets of one track say, before anything is decoded. */
export class TrackPlan {
  readonly packets = new Continuity();
  readonly stamps: StampLine;
  /** Times of the key packets, and of all packets. */
  readonly keys: Seconds[] = [];
  readonly times: Seconds[] = [];

  /** How long the packets last that last unusually long, by their times in whole milliseconds. */
  readonly #long = new Map<number, Seconds>();

  constructor(wrap: Seconds | null) {
    this.stamps = new StampLine(wrap);
  }

  add({ duration, isKey }: ProbedPacket, time: Seconds): void {
    this.packets.add(time, duration);
    this.times.push(time);
    if (isKey) this.keys.push(time);
    if (duration > LONG) this.#long.set(Math.round(time * 1000), duration);
  }

  /** How long the picture at `time` is announced to be shown; 0 = not unusually long. */
  announcedAt(time: Seconds): Seconds {
    const ms = Math.round(time * 1000);
    return this.#long.get(ms) ?? this.#long.get(ms - 1) ?? this.#long.get(ms + 1) ?? 0;
  }

  longGroups(): LongGroups {
    const keys = [...this.keys].sort((a, b) => a - b);
    const end = this.packets.last ?? 0;
    const long = keys.filter((key, i) => (keys[i + 1] ?? end) - key > SPARSE_GAP);
    const isLong = new Set(long);
    const has = (time: Seconds) => {
      const key = keys.findLast((k) => k <= time);
      return key !== undefined && isLong.has(key);
    };
    return { any: long.length > 0, has };
  }
}

export interface Plan {
  readonly tracks: ReadonlyMap<number, TrackPlan>;
  /** The packets of all these tracks. */
  readonly all: Continuity;
  readonly discontinuities: number;
  readonly isCut: boolean;
}

/** Lays the packets of some tracks on one time line. @param origin seconds to take off */
export function planOf(
  probed: Probed,
  wanted: readonly number[],
  origin: Seconds,
  maxDuration: Seconds,
): Plan {
  const wrap = ['mpegts', 'mpeg'].includes(probed.container) ? MPEG_WRAP : null;
  const timeline = new Timeline({ wrap, jumps: hasNoIndex(probed.container) });
  const tracks = new Map(wanted.map((index) => [index, new TrackPlan(wrap)]));
  const all = new Continuity();
  let isCut = false;
  for (const packet of probed.packets) {
    const track = tracks.get(packet.stream);
    const raw = packet.dts ?? packet.pts;
    if (!track || raw === null) continue;
    const shift = timeline.shiftFor(packet.stream, raw, packet.duration) - origin;
    const stamp = packet.pts ?? raw;
    const time = stamp + shift;
    isCut = time - (all.first ?? time) > maxDuration;
    if (isCut) break;
    track.stamps.add(stamp, shift);
    if (packet.isLeadIn) continue;
    all.add(time, packet.duration);
    track.add(packet, time);
  }
  return { tracks, all, discontinuities: timeline.discontinuities, isCut };
}
