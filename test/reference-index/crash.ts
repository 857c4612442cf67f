import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { ReferenceIndex } from '../../src/reference-index/reference-index.js';
import { CRASH_TITLES, crashTitle } from './crash-titles.js';
import { damagedLandmarks } from './synthetic.js';

const CHILD = fileURLToPath(new URL('./crash-child.js', import.meta.url));

export type State = 'there' | 'gone' | 'either';

/** Starts the child, kills it after some time, and returns all that it has said. */
export function killedAfter(where: readonly string[], seed: number, milliseconds: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, String(seed), ...where], {
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
export function follow(states: State[], said: readonly string[]): void {
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

/** Expects all that was acknowledged, whole, and nothing else; what may have happened or not is settled. Returns how many. */
export async function expectWhole(index: ReferenceIndex, states: State[]): Promise<number> {
  const references = await index.references({});
  expect(new Set(references.map((reference) => reference.fingerprintId)).size).toBe(references.length);
  for (let n = 0; n < CRASH_TITLES; n++) {
    const isThere = references.some((reference) => reference.fingerprintId === crashTitle(n).fingerprintId);
    if (states[n] === 'either') states[n] = isThere ? 'there' : 'gone';
    expect(`${n} ${isThere ? 'there' : 'gone'}`).toBe(`${n} ${states[n]}`);
    if (isThere) expect(`${n} ${await isWhole(index, n)}`).toBe(`${n} true`);
    else expect(await index.fingerprint(crashTitle(n).fingerprintId)).toBeNull();
  }
  return references.length;
}
