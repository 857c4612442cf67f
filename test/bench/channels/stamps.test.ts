import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { damage } from '../../../bench/channels/damage.js';
import { findStamps, moved } from '../../../bench/channels/stamps.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stamps-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const file = path.join(folder, 'media.ts');
execFileSync('ffmpeg', [
  ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25', '-f', 'lavfi', '-i', 'sine=r=48000'],
  ...['-t', '4', '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-c:a', 'aac', '-f', 'mpegts', file],
]);
const ts = fs.readFileSync(file);

/** Time stamps of all packets, 1/90,000 s, as ffprobe reads them. */
function packets(media: Buffer): { type: string; pts: number; dts: number }[] {
  const name = path.join(folder, 'probed.ts');
  fs.writeFileSync(name, media);
  const shown = ['-show_entries', 'packet=codec_type,pts,dts', '-of', 'json'];
  const { packets: found } = JSON.parse(
    execFileSync('ffprobe', ['-v', 'error', ...shown, name], { encoding: 'utf8' }),
  ) as { packets: { codec_type: string; pts: number; dts: number }[] };
  return found.map(({ codec_type: type, pts, dts }) => ({ type, pts, dts }));
}

test('Every time stamp of a segment is moved by the same, and the media is untouched', () => {
  const stamps = findStamps(ts);
  const before = packets(ts);
  const later = packets(moved(ts, stamps, stamps.first + 90_000 * 1000));
  expect(before.length).toBeGreaterThan(200);
  expect(later).toEqual(
    before.map(({ type, pts, dts }) => ({ type, pts: pts + 90_000_000, dts: dts + 90_000_000 })),
  );
  expect(moved(ts, stamps, stamps.first).equals(ts)).toBe(true);
  expect(findStamps(moved(ts, stamps, 12_345)).first).toBe(12_345);
});

test('Time stamps run over the end of their 33 bits', () => {
  const stamps = findStamps(ts);
  const wrapped = moved(ts, stamps, 2 ** 33 - 90_000);
  expect(moved(wrapped, findStamps(wrapped), stamps.first).equals(ts)).toBe(true);
});

test('What is no MPEG-TS is refused', () => {
  expect(() => findStamps(Buffer.alloc(376))).toThrow('no MPEG-TS packet at byte 0');
});

test('Damage hits packets and spares what says what is in the stream; the same seed hits the same', () => {
  const hit = damage(Buffer.from(ts), 'a');
  expect(hit.subarray(0, 3 * 188).equals(ts.subarray(0, 3 * 188))).toBe(true);
  expect(hit.equals(ts)).toBe(false);
  for (let at = 0; at < hit.length; at += 188)
    expect(hit.subarray(at, at + 4).equals(ts.subarray(at, at + 4))).toBe(true);
  expect(damage(Buffer.from(ts), 'a').equals(hit)).toBe(true);
  expect(damage(Buffer.from(ts), 'b').equals(hit)).toBe(false);
});
