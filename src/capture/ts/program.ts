import { PACKET_BYTES, type PacketHead } from './packets.js';

export type VideoCodec = 'h264' | 'hevc' | 'mpeg2' | 'other';

const VIDEO: ReadonlyMap<number, VideoCodec> = new Map([
  [0x01, 'mpeg2'],
  [0x02, 'mpeg2'],
  [0x10, 'other'],
  [0x1b, 'h264'],
  [0x24, 'hevc'],
  [0x33, 'other'],
  [0x42, 'other'],
  [0xd1, 'other'],
  [0xea, 'other'],
]);
const AUDIO = new Set([0x03, 0x04, 0x0f, 0x11, 0x1c, 0x81, 0x87]);
/** Packets that a table may take. */
const MOST_PACKETS = 8;

/** The first programme of a stream: what its tables say, and the packets that say it. */
export class Program {
  private pat: Uint8Array | null = null;
  private pmtPid = -1;
  private pmt: Uint8Array[] = [];

  /** The stream that segments are cut by: pictures, or else sound; −1 = not known yet. */
  cutPid = -1;
  /** null = there are no pictures. */
  video: VideoCodec | null = null;

  /** The tables, to stand in front of a segment. */
  get tables(): Uint8Array[] {
    return this.pat === null || this.pmt.length === 0 ? [] : [this.pat, ...this.pmt];
  }

  /** Whether packets of a stream belong to the tables. */
  isTable(pid: number): boolean {
    return pid === 0 || pid === this.pmtPid;
  }

  /** Takes a packet of the tables. */
  take(packet: Uint8Array, head: PacketHead): void {
    if (head.pid === 0) {
      if (head.starts) this.takePat(packet, head);
      return;
    }
    if (head.starts) this.pmt = [packet.slice()];
    else if (this.pmt.length > 0 && this.pmt.length < MOST_PACKETS) this.pmt.push(packet.slice());
    if (head.starts) this.readPmt(packet, head);
  }

  private takePat(packet: Uint8Array, head: PacketHead): void {
    const section = sectionAt(packet, head);
    if (section === null || packet[section] !== 0) return;
    const end = Math.min(PACKET_BYTES, section + 3 + lengthOf(packet, section) - 4);
    for (let at = section + 8; at + 4 <= end; at += 4) {
      const number = (packet[at]! << 8) | packet[at + 1]!;
      if (number === 0) continue;
      const pid = ((packet[at + 2]! & 0x1f) << 8) | packet[at + 3]!;
      if (pid !== this.pmtPid) this.pmt = [];
      this.pmtPid = pid;
      this.pat = packet.slice();
      return;
    }
  }

  private readPmt(packet: Uint8Array, head: PacketHead): void {
    const section = sectionAt(packet, head);
    if (section === null || packet[section] !== 2) return;
    const end = Math.min(PACKET_BYTES, section + 3 + lengthOf(packet, section) - 4);
    let at = section + 12 + (((packet[section + 10]! & 0x0f) << 8) | packet[section + 11]!);
    let sound = -1;
    let pictures = -1;
    let codec: VideoCodec | null = null;
    while (at + 5 <= end) {
      const type = packet[at]!;
      const pid = ((packet[at + 1]! & 0x1f) << 8) | packet[at + 2]!;
      const video = VIDEO.get(type);
      if (video !== undefined && pictures < 0) {
        pictures = pid;
        codec = video;
      } else if (AUDIO.has(type) && sound < 0) sound = pid;
      at += 5 + (((packet[at + 3]! & 0x0f) << 8) | packet[at + 4]!);
    }
    if (pictures < 0 && sound < 0) return;
    this.video = codec;
    this.cutPid = pictures >= 0 ? pictures : sound;
  }
}

function sectionAt(packet: Uint8Array, { payload }: PacketHead): number | null {
  const at = payload + 1 + (packet[payload] ?? PACKET_BYTES);
  return at + 12 < PACKET_BYTES ? at : null;
}

function lengthOf(packet: Uint8Array, section: number): number {
  return ((packet[section + 1]! & 0x0f) << 8) | packet[section + 2]!;
}
