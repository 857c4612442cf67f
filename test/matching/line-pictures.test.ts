import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HASH_BITS, ROW_BYTES, ROW_STEP, ROWS_PER_SECOND, type Seconds } from '../../fingerprints/units.js';
import type { FoundLine } from '../../src/matching/found-line.js';
import { LineFollower } from '../../src/matching/line-follower.js';
import { weighPictures } from '../../src/matching/picture-evidence.js';
import { THOROUGH } from '../../src/matching/settings.js';
import { StreamMemory } from '../../src/matching/stream-memory.js';
import { PLAIN } from '../../src/matching/view.js';
import {
  type EmbeddedIndexWriter,
  openEmbeddedIndexWriter,
} from '../../src/reference-index/embedded/index.js';
import { registrationOf, syntheticFingerprint } from '../reference-index/synthetic.js';

/** A stream's memory of pictures whose hashes have these bits. */
function seen(pictures: readonly { readonly time: Seconds; readonly bits: (bit: number) => boolean }[]) {
  const memory = new StreamMemory();
  const times = Float64Array.from(pictures, ({ time }) => time);
  const coefficients = Float32Array.from({ length: pictures.length * HASH_BITS }, (_, i) =>
    pictures[Math.floor(i / HASH_BITS)]!.bits(i % HASH_BITS) ? 100 : -100,
  );
  const thumbOf = new Int32Array(pictures.length).fill(-1);
  memory.addPictures({ times, coefficients, thumbs: new Uint8Array(), thumbOf }, 0, times.at(-1)! + 0.2);
  return memory;
}

/** A picture every 0.2 s of 10 s, each differing from the one before by so many bits. */
function moving(bits: number): StreamMemory {
  return seen(
    Array.from({ length: 50 }, (_, n) => ({
      time: n * ROW_STEP,
      bits: (bit: number) => bit < 1 + bits * n,
    })),
  );
}

describe('what pictures weigh', () => {
  const weight = (memory: StreamMemory) =>
    weighPictures(memory, 0, 10, PLAIN.box)
      .slice(10)
      .reduce((sum, one) => sum + one.weight, 0);

  it('is a second each second where the scene changes within one, if slowly, and less the less it does', () => {
    expect(weight(moving(3))).toBeCloseTo(8, 1);
    expect(weight(moving(2))).toBeCloseTo((8 * 10) / 12, 1);
    expect(weight(moving(0))).toBeCloseTo(8 * 0.1, 1);
  });

  it('is that of a first picture for the first one only', () => {
    const [first, second] = weighPictures(moving(0), 0, 10, PLAIN.box);
    expect(first!.weight).toBe(1);
    expect(second!.weight).toBeCloseTo(0.2 * 0.1, 6);
  });
});

describe('lines that are found', () => {
  const rows = syntheticFingerprint(5, { seconds: 30, tracks: 0 });
  let folder: string;
  let index: EmbeddedIndexWriter;

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-lines-'));
    index = await openEmbeddedIndexWriter(folder);
    await index.register([registrationOf(rows, { bytes: 'seen', asset: 'seen' })]);
  });
  afterAll(async () => {
    await index?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('count what they see once, also where two of them lie at one place', async () => {
    const hashes = rows.video!.rows;
    const memory = seen(
      Array.from({ length: 50 }, (_, n) => ({
        time: n * ROW_STEP,
        bits: (bit: number) =>
          ((hashes[(n + 5 * ROWS_PER_SECOND) * ROW_BYTES + (bit >> 3)]! >> (bit & 7)) & 1) === 1,
      })),
    );
    const evidenceOf = async (offsets: readonly Seconds[]) => {
      const follower = new LineFollower(index, memory, THOROUGH);
      const { fingerprintId } = registrationOf(rows, { bytes: 'seen', asset: 'seen' });
      const found = offsets.map(
        (offset): FoundLine => ({
          fingerprintId,
          offset,
          speed: 1,
          track: null,
          pitch: 0,
          faint: false,
          view: PLAIN,
          evidence: 20,
        }),
      );
      await follower.adopt(found, { remembered: 0, from: 0, to: 10 }, () => [PLAIN.box]);
      return follower.lines.map((line) => line.evidence);
    };
    const alone = await evidenceOf([5]);
    expect(alone[0]).toBeGreaterThan(7);
    expect(await evidenceOf([5, 5.4])).toEqual(alone);
  });
});
