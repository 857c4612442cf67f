import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ATTACKS, attackNamed, judged } from '../../../bench/accuracy/attacks.js';
import { losePackets } from '../../../bench/accuracy/render-loss.js';
import type { Title } from '../../../bench/accuracy/types.js';
import { Random } from '../../../samples/random.js';

const film: Title = {
  id: 'film',
  file: 'film.mp4',
  duration: 20,
  hasVideo: true,
  hasAudio: true,
  sources: ['film.mp4'],
  split: 'judge',
};

test('attacks have names of their own', () => {
  expect(new Set(ATTACKS.map((attack) => attack.name)).size).toBe(ATTACKS.length);
});

test('an attack is judged by what it leaves of what the title has', () => {
  expect(judged(film, attackNamed('identity'))).toEqual(['video', 'audio', 'both']);
  expect(judged(film, attackNamed('crop-10'))).toEqual(['video', 'both']);
  expect(judged(film, attackNamed('black-picture'))).toEqual(['audio', 'both']);
  expect(judged({ ...film, hasAudio: false }, attackNamed('speed+4'))).toEqual(['video']);
  expect(judged({ ...film, hasAudio: false }, attackNamed('muted'))).toEqual([]);
  expect(judged({ ...film, hasVideo: false }, attackNamed('crop-10'))).toEqual([]);
});

test('a chain has the speed and the mirroring of its parts', () => {
  for (const chain of ATTACKS.filter((attack) => attack.name.startsWith('chain-'))) {
    const parts = chain.about.split(', ').map(attackNamed);
    expect(parts).toHaveLength(3);
    expect(chain.speed).toBeCloseTo(parts.reduce((speed, part) => speed * part.speed, 1));
    expect(chain.mirrored).toBe(parts.some((part) => part.mirrored));
  }
});

test('packets are lost whole, about as many as asked for, none of the first, the same each time', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-test-'));
  const [whole, once, again] = ['whole', 'once', 'again'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  const count = 20_000;
  const data = Buffer.alloc(188 * count);
  for (let n = 0; n < count; n++) data.writeUInt32BE(n, 188 * n);
  fs.writeFileSync(whole, data);
  losePackets(whole, once, 0.01, new Random('loss'));
  losePackets(whole, again, 0.01, new Random('loss'));
  const kept = fs.readFileSync(once);
  expect(kept.equals(fs.readFileSync(again))).toBe(true);
  expect(kept.length % 188).toBe(0);
  expect(1 - kept.length / data.length).toBeGreaterThan(0.007);
  expect(1 - kept.length / data.length).toBeLessThan(0.013);
  expect(kept.subarray(0, 40 * 188).equals(data.subarray(0, 40 * 188))).toBe(true);
  fs.rmSync(folder, { recursive: true });
});

test('an unknown attack is refused with the names there are', () => {
  expect(() => attackNamed('crop-11')).toThrow(/no attack crop-11; there are identity/);
});
