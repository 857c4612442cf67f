/** Time stamps of MPEG-TS (ISO/IEC 13818-1): where they lie in a segment, and how to move them. */
const PACKET = 188;
const SYNC = 0x47;
/** Time stamps a second. */
export const HERTZ = 90_000;
const WRAP = 2 ** 33;

export interface Stamps {
  /** Where a PTS or DTS of 5 bytes begins. */
  readonly pes: Uint32Array;
  /** Where a PCR of 6 bytes begins. */
  readonly pcr: Uint32Array;
  /** The first PTS of the segment's pictures, in 1/90,000 s. */
  readonly first: number;
}

/** Finds every time stamp. Throws on what is no MPEG-TS. */
export function findStamps(ts: Buffer): Stamps {
  const pes: number[] = [];
  const pcr: number[] = [];
  let first = Number.NaN;
  for (let at = 0; at + PACKET <= ts.length; at += PACKET) {
    if (ts[at] !== SYNC) throw new RangeError(`no MPEG-TS packet at byte ${at}`);
    const control = (ts[at + 3]! >> 4) & 3;
    const adaptation = control & 2 ? ts[at + 4]! + 1 : 0;
    if (adaptation > 1 && ts[at + 5]! & 0x10) pcr.push(at + 6);
    const begins = (ts[at + 1]! & 0x40) !== 0 && (control & 1) === 1;
    const payload = at + 4 + adaptation;
    if (!begins || payload + 19 > at + PACKET || ts.readUIntBE(payload, 3) !== 1) continue;
    const flags = ts[payload + 7]! >> 6;
    if (flags & 2) pes.push(payload + 9);
    if (flags === 3) pes.push(payload + 14);
    const isVideo = (ts[payload + 3]! & 0xf0) === 0xe0;
    if (isVideo && flags & 2 && Number.isNaN(first)) first = readStamp(ts, payload + 9);
  }
  if (Number.isNaN(first)) throw new RangeError('no picture with a time stamp in the segment');
  return { pes: Uint32Array.from(pes), pcr: Uint32Array.from(pcr), first };
}

/** A copy of a segment whose first picture is at `start`, in 1/90,000 s. */
export function moved(ts: Buffer, stamps: Stamps, start: number): Buffer {
  const copy = Buffer.allocUnsafe(ts.length);
  ts.copy(copy);
  const by = start - stamps.first;
  for (const at of stamps.pes) writeStamp(copy, at, wrapped(readStamp(copy, at) + by));
  for (const at of stamps.pcr) movePcr(copy, at, by);
  return copy;
}

export function readStamp(ts: Buffer, at: number): number {
  return (
    ((ts[at]! >> 1) & 7) * 2 ** 30 +
    ts[at + 1]! * 2 ** 22 +
    (ts[at + 2]! >> 1) * 2 ** 15 +
    ts[at + 3]! * 2 ** 7 +
    (ts[at + 4]! >> 1)
  );
}

function writeStamp(ts: Buffer, at: number, value: number): void {
  const high = Math.floor(value / 2 ** 30);
  const low = value % 2 ** 30;
  ts[at] = (ts[at]! & 0xf1) | (high << 1);
  ts[at + 1] = low >>> 22;
  ts[at + 2] = (ts[at + 2]! & 1) | (((low >>> 15) & 0x7f) << 1);
  ts[at + 3] = (low >>> 7) & 0xff;
  ts[at + 4] = (ts[at + 4]! & 1) | ((low & 0x7f) << 1);
}

/** The base has 33 bits at 90 kHz; the extension stays. */
function movePcr(ts: Buffer, at: number, by: number): void {
  const base = ts.readUInt32BE(at) * 2 + (ts[at + 4]! >> 7);
  const value = wrapped(base + by);
  ts.writeUInt32BE(Math.floor(value / 2), at);
  ts[at + 4] = (ts[at + 4]! & 0x7f) | ((value % 2) << 7);
}

function wrapped(value: number): number {
  return ((value % WRAP) + WRAP) % WRAP;
}
