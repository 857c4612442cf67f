import type { HashedFrame } from './pdq-frames.js';
import { type PythonPackage, setUp } from './python-env.js';
import { PythonScript } from './python-script.js';

const PACKAGE: PythonPackage = {
  requirements: ['vpdq==0.2.5'],
  module: 'vpdq',
  needs:
    'python3-venv, cmake, g++, pkg-config and the FFmpeg libraries to be built with ' +
    '(on Debian: apt-get install python3-venv cmake g++ pkg-config libavdevice-dev libavfilter-dev)',
};
/**
 * Seconds between the frames of a clip and of a title. At vPDQ's example of 1 s, and at 0.2 s still, a clip that is
 * cut between two frames of a title in motion is like neither.
 */
export const CLIP_EVERY = 0.2;
export const TITLE_EVERY = 0.067;
/** Films whose frames are kept, so that two ways of matching, asked one after the other, hash them once. */
const KEPT = 5000;

/** PDQ hashes of films' frames, by the package `vpdq`, shared between the ways of matching them. */
export class FrameHasher {
  readonly #kept = new Map<string, HashedFrame[]>();
  #script: PythonScript | null = null;

  available(): Promise<string | null> {
    return setUp(PACKAGE);
  }

  /** Throws an Error where the file can't be hashed. */
  async frames(file: string, every: number): Promise<readonly HashedFrame[]> {
    const key = `${every} ${file}`;
    const known = this.#kept.get(key);
    if (known) return known;
    this.#script ??= new PythonScript(PACKAGE, 'hash_frames.py');
    const { frames } = await this.#script.ask({ hash: file, every });
    if (!Array.isArray(frames)) throw new Error(`${file}: no frames in the answer`);
    const hashed = frames.map(frameOf);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < KEPT) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(key, hashed);
    return hashed;
  }

  /** Ends the script; the frames are kept for the other way of matching. */
  async close(): Promise<void> {
    await this.#script?.close();
    this.#script = null;
  }
}

function frameOf(row: unknown): HashedFrame {
  if (!Array.isArray(row)) throw new Error(`not a frame: ${JSON.stringify(row)}`);
  const [time, quality, hash]: unknown[] = row;
  if (
    typeof time !== 'number' ||
    typeof quality !== 'number' ||
    typeof hash !== 'string' ||
    hash.length !== 64
  )
    throw new Error(`not a frame: ${JSON.stringify(row)}`);
  return { time, quality, hash };
}
