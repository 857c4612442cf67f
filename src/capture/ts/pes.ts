import { PACKET_BYTES, type PacketHead } from './packets.js';
import type { VideoCodec } from './program.js';

/** Time stamps count 90,000 a second, in 33 bits. */
export const CLOCK = 90_000;
const WRAP = 2 ** 33;

/** Presentation time of the PES packet that begins in a packet; null = none is stated. */
export function timeOf(packet: Uint8Array, { payload }: PacketHead): number | null {
  const at = payload;
  if (at + 14 > PACKET_BYTES || packet[at] !== 0 || packet[at + 1] !== 0 || packet[at + 2] !== 1) return null;
  if ((packet[at + 7]! & 0x80) === 0) return null;
  const high = (packet[at + 9]! >> 1) & 7;
  const middle = (packet[at + 10]! << 7) | (packet[at + 11]! >> 1);
  const low = (packet[at + 12]! << 7) | (packet[at + 13]! >> 1);
  return high * 2 ** 30 + middle * 2 ** 15 + low;
}

/** Seconds from one time stamp to another, by the shorter way round. */
export function secondsBetween(from: number, to: number): number {
  const difference = (((to - from) % WRAP) + WRAP) % WRAP;
  return (difference >= WRAP / 2 ? difference - WRAP : difference) / CLOCK;
}

/** Whether a key frame begins in a packet, by the units that come first in it. */
export function beginsKeyFrame(packet: Uint8Array, { payload }: PacketHead, codec: VideoCodec): boolean {
  const from = payload + 9 + (packet[payload + 8] ?? 0);
  for (let at = from; at + 3 < PACKET_BYTES; at++) {
    if (packet[at] !== 0 || packet[at + 1] !== 0 || packet[at + 2] !== 1) continue;
    const unit = packet[at + 3]!;
    if (isKeyUnit(unit, codec)) return true;
    at += 3;
  }
  return false;
}

function isKeyUnit(unit: number, codec: VideoCodec): boolean {
  switch (codec) {
    case 'h264': // a sequence parameter set, or a slice of an IDR picture
      return (unit & 0x1f) === 7 || (unit & 0x1f) === 5;
    case 'hevc': {
      // parameter sets, or a slice of an intra random access picture
      const type = (unit >> 1) & 0x3f;
      return (type >= 32 && type <= 33) || (type >= 16 && type <= 21);
    }
    case 'mpeg2': // a sequence header
      return unit === 0xb3;
    case 'other':
      return false;
  }
}
