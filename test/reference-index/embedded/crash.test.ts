import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedIndexWriter } from '../../../src/reference-index/embedded/index.js';
import { Layout } from '../../../src/reference-index/embedded/layout.js';
import { expectWhole, follow, killedAfter, type State } from '../crash.js';
import { CRASH_SECONDS, CRASH_TITLES } from '../crash-titles.js';
import { random } from '../synthetic.js';
import { removeDirectory, temporaryDirectory } from '../temporary.js';

const KILLS = 24;

describe('the embedded index, its process killed at any moment', () => {
  let directory: string;
  beforeAll(() => {
    directory = temporaryDirectory();
  });
  afterAll(() => removeDirectory(directory));

  it(`has all that was acknowledged, whole and once, after each of ${KILLS} kills`, async () => {
    const next = random(2024);
    const states: State[] = Array.from({ length: CRASH_TITLES }, () => 'gone');
    let merges = 0;
    let acknowledged = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const said = await killedAfter([directory], kill, 5 + next() * 400);
      follow(states, said);
      acknowledged += said.filter((line) => line === 'done').length;
      merges += said.filter((line) => line === 'begin compact').length;

      const index = await openEmbeddedIndexWriter(directory);
      const references = await expectWhole(index, states);
      const stats = await index.stats();
      expect(stats.landmarks).toBe((references + stats.removedWaiting) * 22 * CRASH_SECONDS);
      expect(await index.verify()).toEqual([]);
      // Opening may have begun a merge; closing waits for it.
      await index.close();
      expect(fs.readdirSync(new Layout(directory).segments).filter((name) => !name.endsWith('.seg'))).toEqual(
        [],
      );
    }
    expect(acknowledged).toBeGreaterThan(KILLS);
    expect(merges).toBeGreaterThan(0);
  }, 600_000);
});
