import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TsCutter } from '../../src/capture/ts/cutter.js';
import { isTransportStream, PACKET_BYTES, PacketReader } from '../../src/capture/ts/packets.js';
import { secondsBetween } from '../../src/capture/ts/pes.js';

const VIDEO = 0x100;
const TABLE = 0x1000;

/** A packet that is filled up behind what it holds. */
function packet(pid: number, starts: boolean, payload: readonly number[], randomAccess = false): Buffer {
  const bytes = Buffer.alloc(PACKET_BYTES, 0xff);
  bytes.set([0x47, (starts ? 0x40 : 0) | (pid >> 8), pid & 0xff, 0x30]);
  const stuffing = PACKET_BYTES - 5 - payload.length;
  bytes[4] = stuffing;
  bytes[5] = randomAccess ? 0x40 : 0;
  bytes.set(payload, PACKET_BYTES - payload.length);
  return bytes;
}

const PAT = packet(0, true, [
  0,
  0,
  0xb0,
  13,
  0,
  1,
  0xc1,
  0,
  0,
  0,
  1,
  0xe0 | (TABLE >> 8),
  TABLE & 0xff,
  1,
  2,
  3,
  4,
]);
const PMT = packet(
  TABLE,
  true,
  [0, 2, 0xb0, 18, 0, 1, 0xc1, 0, 0, 0xe1, 0, 0xf0, 0, 0x1b, 0xe1, 0, 0xf0, 0, 1, 2, 3, 4],
);

/** The first packet of a picture. @param seconds its time */
function picture(seconds: number, key: 'marked' | 'seen' | 'none'): Buffer {
  const time = Math.round(90_000 * seconds) % 2 ** 33;
  const high = Math.floor(time / 2 ** 30) & 7;
  const stamp = [
    0x21 | (high << 1),
    (time >>> 22) & 0xff,
    ((time >>> 14) & 0xfe) | 1,
    (time >>> 7) & 0xff,
    ((time << 1) & 0xfe) | 1,
  ];
  const unit = key === 'seen' ? 0x67 : 0x61;
  return packet(
    VIDEO,
    true,
    [0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, ...stamp, 0, 0, 1, 9, 0xf0, 0, 0, 1, unit, 7],
    key === 'marked',
  );
}

/** Pictures a second apart, with a key frame every so many. */
function programme(seconds: number, keys: number, kind: 'marked' | 'seen', from = 100): Buffer {
  const pictures = Array.from({ length: seconds }, (_, n) =>
    picture(from + n, n % keys === 0 ? kind : 'none'),
  );
  return Buffer.concat([PAT, PMT, ...pictures.flatMap((one) => [one, packet(VIDEO, false, [1, 2, 3])])]);
}

interface Segment {
  readonly bytes: Buffer;
  readonly duration: number;
  readonly discontinuity: boolean;
}

function cut(media: Buffer, chunk = 1000): Segment[] {
  const cutter = new TsCutter();
  const segments: { parts: Buffer[]; duration: number; discontinuity: boolean }[] = [];
  for (let at = 0; at < media.length; at += chunk)
    for (const one of cutter.take(media.subarray(at, at + chunk))) {
      const last = segments.at(-1);
      if (one.type === 'bytes') last!.parts.push(Buffer.from(one.bytes));
      else {
        if (last) last.duration = cutter.duration;
        segments.push({ parts: [], duration: 0, discontinuity: one.discontinuity });
      }
    }
  if (segments.length > 0) segments.at(-1)!.duration = cutter.duration;
  return segments.map(({ parts, ...rest }) => ({ ...rest, bytes: Buffer.concat(parts) }));
}

describe('MPEG-TS without an end', () => {
  it.each(['marked', 'seen'] as const)(
    'is cut at key frames that are %s, tables in front, with nothing lost between',
    (kind) => {
      const segments = cut(programme(30, 2, kind));
      expect(segments.map(({ duration }) => duration)).toEqual([6, 6, 6, 6, 5]);
      const whole = segments.map(({ bytes }) => {
        expect(bytes.subarray(0, 2 * PACKET_BYTES).equals(Buffer.concat([PAT, PMT]))).toBe(true);
        return bytes.subarray(2 * PACKET_BYTES);
      });
      expect(Buffer.concat([PAT, PMT, ...whole]).equals(programme(30, 2, kind))).toBe(true);
    },
  );

  it('is the same however it comes apart, and wherever garbage lies between', () => {
    const expected = cut(programme(20, 3, 'marked'));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (chunk) => {
        expect(cut(programme(20, 3, 'marked'), chunk)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
    const media = programme(20, 3, 'marked');
    const at = 10 * PACKET_BYTES;
    const disturbed = Buffer.concat([
      Buffer.from('garbage'),
      media.subarray(0, at),
      Buffer.alloc(50),
      media.subarray(at),
    ]);
    expect(cut(disturbed)).toEqual(expected);
  });

  it('without key frames is cut all the same, and where time stamps jump at once', () => {
    const rare = cut(programme(50, 1000, 'marked'));
    expect(rare.map(({ duration }) => duration)).toEqual([15, 15, 15, 4]);
    const jump = cut(Buffer.concat([programme(4, 2, 'marked'), programme(4, 2, 'marked', 5000)]));
    expect(jump.map(({ duration, discontinuity }) => [duration, discontinuity])).toEqual([
      [3, false],
      [3, true],
    ]);
  });

  it('goes on where its clock begins anew', () => {
    const wrapped = cut(programme(14, 2, 'marked', 2 ** 33 / 90_000 - 7));
    expect(wrapped.map(({ duration, discontinuity }) => [Math.round(duration), discontinuity])).toEqual([
      [6, false],
      [6, false],
      [1, false],
    ]);
    expect(secondsBetween(2 ** 33 - 90_000, 90_000)).toBe(2);
  });

  it('of any bytes is read or left out', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 })), (chunks) => {
        const cutter = new TsCutter();
        const reader = new PacketReader();
        for (const chunk of chunks) {
          for (const one of cutter.take(chunk)) expect(one.type).toBeDefined();
          for (const one of reader.read(chunk))
            for (let at = 0; at < one.length; at += PACKET_BYTES) expect(one[at]).toBe(0x47);
          isTransportStream(chunk);
        }
      }),
    );
    // Packets of any content.
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: PACKET_BYTES, maxLength: PACKET_BYTES })),
        (packets) => {
          const media = Buffer.concat([
            PAT,
            PMT,
            ...packets.map((one) => Buffer.concat([Buffer.from([0x47]), one.subarray(1)])),
          ]);
          for (const one of new TsCutter().take(media)) expect(one.type).toBeDefined();
        },
      ),
    );
  });
});
