import { expect, it } from 'vitest';
import { decoderStatus } from '../../src/media/doctor.js';

it('tells which decoders are there, and under which licence their builds are', async () => {
  const all = await decoderStatus();
  expect(all.map(({ name }) => name)).toEqual(['libav', 'ffmpeg']);
  for (const { available, version, licence } of all) {
    expect(available).toBe(true);
    expect(version).toMatch(/^n?\d/);
    expect(licence).toMatch(/GPL/);
  }
});
