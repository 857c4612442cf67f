import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RING, MediaRing, type RingBounds } from '../../src/probe/ring/media-ring.js';
import { Timeline } from '../../src/probe/ring/timeline.js';
import { withFolder } from '../capture/support.js';
import { segment } from '../transport/support.js';

/** When segment n of the tests was had, and so ended; each lasts 4 s. */
const had = (n: number) => Date.parse('2026-01-31T12:00:00.000Z') + 4000 * n;

describe('the ring of media', () => {
  const opened = async (folder: string, bounds: Partial<RingBounds>, now: () => number = Date.now) => {
    const troubles: string[] = [];
    const ring = await MediaRing.open(
      path.join(folder, 'ring'),
      { ...DEFAULT_RING, ...bounds },
      now,
      (trouble) => troubles.push(trouble),
    );
    return { ring, troubles };
  };

  const keep = async (ring: MediaRing, folder: string, stream: string, n: number) => {
    const { draft, body } = segment(stream, n, 1000);
    const file = path.join(folder, `${stream}-${n}`);
    await writeFile(file, body);
    await ring.keep(draft.content, file, 4);
    await rm(file);
    return body;
  };

  const numbers = async (ring: MediaRing, stream: string, from: number, to: number) =>
    (await ring.find(stream, { from: had(from), to: had(to) })).map(({ content }) => content.sequence);

  it('keeps the last of all streams within its bytes, whatever becomes of the files of others', async () => {
    await withFolder(async (folder) => {
      const { ring } = await opened(folder, { maxBytes: 6000 });
      const bodies: Buffer[] = [];
      for (let n = 0; n < 10; n++) {
        bodies.push(await keep(ring, folder, 'a', n));
        await keep(ring, folder, 'b', n);
      }
      expect(ring.stats).toEqual({ segments: 6, bytes: 6000, pinnedSegments: 0, pinnedBytes: 0 });
      expect(await numbers(ring, 'a', -10, 20)).toEqual([7, 8, 9]);
      const [first] = await ring.find('a', { from: had(7), to: had(7) });
      expect((await readFile(first!.file)).equals(bodies[first!.content.sequence]!)).toBe(true);
      expect(ring.has('a')).toBe(true);
      expect(ring.has('c')).toBe(false);
    });
  });

  it('keeps what is pinned, for longer, also when its process ended in between', async () => {
    await withFolder(async (folder) => {
      let now = had(0);
      const bounds = { maxAge: 60, maxPinnedAge: 600 };
      const { ring } = await opened(folder, bounds, () => now);
      for (let n = 0; n < 20; n++, now += 4000) await keep(ring, folder, 'a', n);
      // Of 20 segments the last 60 s are there; those that show seconds 48 to 52 are pinned, with their margin.
      await ring.pin('a', { from: had(12), to: had(13) });
      const pinned = ring.stats.pinnedSegments;
      expect(pinned).toBeGreaterThanOrEqual(3);
      now += 120_000;
      const { ring: again } = await opened(folder, bounds, () => now);
      await keep(again, folder, 'a', 60);
      expect(again.stats).toEqual({
        segments: 1,
        bytes: 1000,
        pinnedSegments: pinned,
        pinnedBytes: 1000 * pinned,
      });
      expect(await numbers(again, 'a', 12, 13)).toEqual(expect.arrayContaining([12, 13]));
      now += 600_000;
      await keep(again, folder, 'a', 200);
      expect(again.stats.pinnedSegments).toBe(0);
    });
  });

  it('lets the oldest that is pinned go when there is too much of it', async () => {
    await withFolder(async (folder) => {
      const { ring } = await opened(folder, { maxPinnedBytes: 2000 });
      for (let n = 0; n < 10; n++) await keep(ring, folder, 'a', n);
      await ring.pin('a', { from: had(-5), to: had(20) });
      expect(ring.stats).toMatchObject({ segments: 0, pinnedBytes: 2000 });
      expect(await numbers(ring, 'a', -5, 20)).toEqual([8, 9]);
    });
  });

  it('says what time it shows, by the clock of the service', async () => {
    await withFolder(async (folder) => {
      const { ring } = await opened(folder, {});
      for (let n = 0; n < 3; n++) await keep(ring, folder, 'a', n);
      // The probe's clock is 12 ms behind.
      const shown = ring.shown('a', { from: had(0), to: had(3) });
      expect(shown).toEqual({ from: had(0) - 4000 + 12, to: had(2) + 12 });
      expect(ring.shown('a', { from: had(100), to: had(101) })).toBeNull();
    });
  });

  it('deletes what is not whole', async () => {
    await withFolder(async (folder) => {
      const { ring } = await opened(folder, {});
      for (let n = 0; n < 3; n++) await keep(ring, folder, 'a', n);
      const directory = path.join(folder, 'ring');
      const [first, second] = (await readdir(directory)).filter((name) => name.endsWith('.media')).sort();
      await writeFile(path.join(directory, first!), 'short');
      await rm(path.join(directory, second!.replace('.media', '.json')));
      const { ring: again } = await opened(folder, {});
      expect(again.stats).toMatchObject({ segments: 1, bytes: 1000 });
      expect(await readdir(directory)).toHaveLength(2);
    });
  });
});

describe('the time line of a stream', () => {
  it('goes on by what was announced, and anew where the source stood still', () => {
    const line = new Timeline();
    expect(line.place(100_000, 4)).toEqual({ from: 96_000, to: 100_000 });
    // Had sooner or a little later than it should: it follows the one before.
    expect(line.place(101_000, 4)).toEqual({ from: 100_000, to: 104_000 });
    line.skip(4);
    expect(line.place(115_000, 4)).toEqual({ from: 108_000, to: 112_000 });
    expect(line.place(200_000, 4)).toEqual({ from: 196_000, to: 200_000 });
    expect(line.place(203_000, 0)).toEqual({ from: 200_000, to: 203_000 });
  });
});
