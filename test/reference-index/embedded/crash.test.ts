import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedIndexWriter } from '../../../src/reference-index/embedded/index.js';
import { Layout } from '../../../src/reference-index/embedded/layout.js';
import type { ReferenceIndex } from '../../../src/reference-index/reference-index.js';
import { damagedLandmarks, random } from '../synthetic.js';
import { removeDirectory, temporaryDirectory } from '../temporary.js';
import { CRASH_SECONDS, CRASH_TITLES, crashTitle } from './crash-titles.js';

const CHILD = fileURLToPath(new URL('./crash-child.js', import.meta.url));
const KILLS = 24;

type State = 'there' | 'gone' | 'either';

/** Starts the child, kills it after some time, and returns all that it has said. */
function killedAfter(directory: string, seed: number, milliseconds: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, directory, String(seed)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let complaints = '';
    child.stdout.on('data', (data: Buffer) => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), milliseconds);
      said += data;
    });
    child.stderr.on('data', (data: Buffer) => {
      complaints += data;
    });
    child.on('close', (_, signal) => {
      if (signal === 'SIGKILL') resolve(said.split('\n'));
      else reject(new Error(`the child ended by itself: ${complaints}`));
    });
  });
}

/** What a protocol leaves of the states: what was begun but not acknowledged may have happened or not. */
function follow(states: State[], said: readonly string[]): void {
  said.forEach((line, i) => {
    const [begin, what, ...numbers] = line.split(' ');
    if (begin !== 'begin' || what === 'compact') return;
    const acknowledged = said[i + 1] === 'done';
    const wanted: State = what === 'register' ? 'there' : 'gone';
    for (const n of numbers.map(Number)) {
      if (acknowledged) states[n] = wanted;
      else if (states[n] !== wanted) states[n] = 'either';
    }
  });
}

async function isWhole(index: ReferenceIndex, n: number): Promise<boolean> {
  const { fingerprint, fingerprintId, stills } = crashTitle(n);
  const track = fingerprint.audio[0]!;
  const [words] = await index.readWords([{ fingerprintId, track: 0, first: 0, count: track.words.length }]);
  const found = await index.nominateByLandmarks(
    damagedLandmarks(track, { from: 5, to: 15, survive: 0.2, seed: n }),
    5,
  );
  const still = await index.still(fingerprintId, 3);
  return (
    Buffer.compare(Buffer.from(words!.buffer), Buffer.from(track.words.buffer)) === 0 &&
    found.filter((nomination) => nomination.fingerprintId === fingerprintId && nomination.votes > 15)
      .length === 1 &&
    found[0]?.fingerprintId === fingerprintId &&
    still?.jpeg[2] === stills[0]!.jpeg[2]
  );
}

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
      const said = await killedAfter(directory, kill, 5 + next() * 400);
      follow(states, said);
      acknowledged += said.filter((line) => line === 'done').length;
      merges += said.filter((line) => line === 'begin compact').length;

      const index = await openEmbeddedIndexWriter(directory);
      const references = await index.references({});
      expect(new Set(references.map((reference) => reference.fingerprintId)).size).toBe(references.length);
      for (let n = 0; n < CRASH_TITLES; n++) {
        const isThere = references.some(
          (reference) => reference.fingerprintId === crashTitle(n).fingerprintId,
        );
        if (states[n] === 'either') states[n] = isThere ? 'there' : 'gone';
        expect(`${n} ${isThere ? 'there' : 'gone'}`).toBe(`${n} ${states[n]}`);
        if (isThere) expect(`${n} ${await isWhole(index, n)}`).toBe(`${n} true`);
        else expect(await index.fingerprint(crashTitle(n).fingerprintId)).toBeNull();
      }
      const stats = await index.stats();
      expect(stats.landmarks).toBe((references.length + stats.removedWaiting) * 22 * CRASH_SECONDS);
      expect(await index.verify()).toEqual([]);
      // Opening may have begun a merge; closing waits for it.
      await index.close();
      expect(fs.readdirSync(new Layout(directory).segments).filter((name) => !name.endsWith('.seg'))).toEqual(
        [],
      );
    }
    expect(acknowledged).toBeGreaterThan(KILLS);
    expect(merges).toBeGreaterThan(0);
  }, 120_000);
});
