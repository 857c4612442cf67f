import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDecoder } from '../../workers/decode/index.js';
import { Timeline } from '../../workers/decode/timeline.js';
import { collect, MediaFolder, times, X264 } from './media.js';

const media = new MediaFolder();
const plain = () => media.make('plain.ts', `${X264} -c:a aac`);
const later = () => media.remake('later.ts', plain(), '-c copy -copyts -output_ts_offset 500');

function joined(name: string, ...files: string[]): string {
  writeFileSync(media.file(name), Buffer.concat(files.map((file) => readFileSync(file))));
  return media.file(name);
}

const WRAP = 2 ** 33 / 90_000;

describe.each(['libav', 'ffmpeg'] as const)('the %s decoder', (name) => {
  it.each([
    ['jumps ahead', () => joined('ahead.ts', plain(), later())],
    ['jumps back', () => joined('back.ts', later(), plain())],
    ['begins again', () => joined('again.ts', plain(), plain())],
  ])('goes on where the clock %s', async (_, make) => {
    const { outcome, pictures, sound } = await collect(await loadDecoder(name), make());
    const { missing, warnings, duration } = outcome.report;
    expect(Math.abs(duration - 16)).toBeLessThan(0.1);
    const first = pictures[0]!.time;
    expect(pictures.map((p) => Math.round(p.time - first))).toEqual([0, 2, 4, 6, 8, 10, 12, 14]);
    const pieces = sound[0]!;
    for (const [i, piece] of pieces.slice(1).entries())
      expect(piece.time - pieces[i]!.time - pieces[i]!.samples / 8000).toBeLessThan(0.05);
    expect(missing).toEqual({ video: 0, audio: 0 });
    expect(warnings).toEqual(['The time stamps jumped once: the time line was joined there.']);
  });

  it('counts on where 33 bits of time stamp are full', async () => {
    const file = media.remake('wrap.ts', plain(), `-c copy -output_ts_offset ${WRAP - 5}`);
    const { outcome, pictures } = await collect(await loadDecoder(name), file);
    expect(outcome.start).toBeGreaterThan(WRAP - 5);
    expect(Math.abs(outcome.end - outcome.start - 8)).toBeLessThan(0.1);
    expect(times(pictures).map((time) => Math.round(time - pictures[0]!.time))).toEqual([0, 2, 4, 6]);
    expect(outcome.report.warnings).toEqual([]);
  });
});

describe('the time line', () => {
  it('leaves a plain clock alone', () => {
    const line = new Timeline({ wrap: null, jumps: true });
    expect([10, 10.04, 10.08, 13].map((t) => line.shiftFor(0, t, 0.04))).toEqual([0, 0, 0, 0]);
    expect(line.discontinuities).toBe(0);
  });

  it('moves all tracks by the same, whichever meets the new clock first', () => {
    const line = new Timeline({ wrap: null, jumps: true });
    line.shiftFor(0, 10, 0.04);
    line.shiftFor(1, 10, 0.02);
    const shift = line.shiftFor(0, 500, 0.04);
    expect(500 + shift).toBeCloseTo(10.04);
    expect(line.shiftFor(1, 10.02, 0.02)).toBe(0);
    expect(line.shiftFor(1, 500.01, 0.02)).toBe(shift);
    expect(line.shiftFor(0, 500.04, 0.04)).toBe(shift);
    expect(line.discontinuities).toBe(1);
  });

  it('comes back from a single wild time stamp', () => {
    const line = new Timeline({ wrap: null, jumps: true });
    line.shiftFor(0, 10, 0.04);
    line.shiftFor(0, 90_000, 0.04);
    expect(line.shiftFor(0, 10.08, 0.04)).toBe(0);
  });

  it('takes a long pause of one track for a pause', () => {
    const line = new Timeline({ wrap: null, jumps: true });
    line.shiftFor(1, 0, 0.02);
    for (let t = 0; t < 60; t += 0.04) line.shiftFor(0, t, 0.04);
    expect(line.shiftFor(1, 60, 0.02)).toBe(0);
  });

  it('takes a step ahead for a pause where the container has an index', () => {
    const line = new Timeline({ wrap: null, jumps: false });
    line.shiftFor(0, 0, 0.04);
    expect(line.shiftFor(0, 3600, 0.04)).toBe(0);
    expect(line.shiftFor(0, 10, 0.04)).toBeCloseTo(3590.04);
  });

  it('unwraps tracks that wrap one after the other', () => {
    const line = new Timeline({ wrap: WRAP, jumps: true });
    line.shiftFor(0, WRAP - 0.04, 0.04);
    line.shiftFor(1, WRAP - 0.3, 0.02);
    expect(line.shiftFor(0, 0, 0.04)).toBe(WRAP);
    expect(line.shiftFor(1, WRAP - 0.28, 0.02)).toBe(0);
    expect(line.shiftFor(1, 0.1, 0.02)).toBe(WRAP);
    expect(line.discontinuities).toBe(0);
  });
});
