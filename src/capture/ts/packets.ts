export const PACKET_BYTES = 188;
const SYNC = 0x47;

/** Whether bytes hold MPEG-TS: packets of 188 bytes that begin with the same byte, from wherever the first one begins. */
export function isTransportStream(head: Uint8Array): boolean {
  return syncOf(head, 0) !== null;
}

/** Where the first packet from `from` on begins that two others follow; null = none does. */
function syncOf(bytes: Uint8Array, from: number): number | null {
  for (let at = from; at + 2 * PACKET_BYTES < bytes.length; at++)
    if (bytes[at] === SYNC && bytes[at + PACKET_BYTES] === SYNC && bytes[at + 2 * PACKET_BYTES] === SYNC)
      return at;
  return null;
}

/** Takes bytes as they come apart into whole packets; what lies between them is left out. */
export class PacketReader {
  private rest: Uint8Array = new Uint8Array(0);
  private inSync = false;

  /** Views of the whole packets that are there now, as many as follow each other at a time. */
  *read(chunk: Uint8Array): Generator<Uint8Array> {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let at = 0;
    for (;;) {
      if (!this.inSync || (at < bytes.length && bytes[at] !== SYNC)) {
        const found = syncOf(bytes, at);
        this.inSync = found !== null;
        if (found === null) {
          at = Math.max(at, bytes.length - 3 * PACKET_BYTES);
          break;
        }
        at = found;
      }
      let end = at;
      while (end + PACKET_BYTES <= bytes.length && bytes[end] === SYNC) end += PACKET_BYTES;
      if (end === at) break;
      yield bytes.subarray(at, end);
      at = end;
    }
    this.rest = bytes.slice(at);
  }
}

/** Which stream the packet at a place belongs to. */
export function pidAt(packets: Uint8Array, at: number): number {
  return ((packets[at + 1]! & 0x1f) << 8) | packets[at + 2]!;
}

/** Whether a section or PES packet begins in the packet at a place. */
export function startsAt(packets: Uint8Array, at: number): boolean {
  return (packets[at + 1]! & 0x40) !== 0;
}

/** What the head of a packet says (ISO/IEC 13818-1, 2.4.3.2). */
export interface PacketHead {
  readonly pid: number;
  /** A section or PES packet begins in it. */
  readonly starts: boolean;
  /** The source says that decoding may begin here. */
  readonly randomAccess: boolean;
  /** Where its payload begins; PACKET_BYTES = it has none. */
  readonly payload: number;
}

export function headOf(packet: Uint8Array): PacketHead {
  const pid = ((packet[1]! & 0x1f) << 8) | packet[2]!;
  const control = packet[3]! & 0x30;
  const adaptation = control & 0x20 ? packet[4]! : -1;
  const payload = control & 0x10 ? Math.min(PACKET_BYTES, 5 + adaptation) : PACKET_BYTES;
  return {
    pid,
    starts: (packet[1]! & 0x40) !== 0,
    randomAccess: adaptation > 0 && (packet[5]! & 0x40) !== 0,
    payload,
  };
}
