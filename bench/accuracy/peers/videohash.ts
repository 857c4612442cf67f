import { messageOf } from '../../../src/domain/errors.js';
import { distance } from './bits.js';
import type { Peer, PeerAnswer, PeerFailure, PeerTitle } from './peer.js';
import { type PythonPackage, setUp } from './python-env.js';
import { PythonScript } from './python-script.js';

/** The package calls what Pillow 10 no longer has. */
const PACKAGE: PythonPackage = {
  requirements: ['videohash==3.0.1', 'pillow<10'],
  module: 'videohash',
  needs:
    'Python 3.11 or older with venv and pip, and ffmpeg (on Debian: apt-get install python3-venv ffmpeg)',
};
/** The package's own `is_similar`: 15 % of 64 bits, rounded up. */
const MAX_DISTANCE = 10;
/** Windows of titles: as long as the bench's clips for peers, and how far apart they begin, s. */
const WINDOW = 10;
const WINDOW_EVERY = 2;

interface Window {
  readonly titleId: string;
  readonly hash: Uint32Array;
}

/**
 * Hashes of whole films by videohash. It cannot tell a part of a film, so titles are enrolled as windows as long as
 * the clips. Neighbouring windows are too much alike to say a place.
 */
export class Videohash implements Peer {
  readonly name = 'videohash';
  readonly modality = 'video';
  readonly failures: PeerFailure[] = [];
  #windows: Window[] = [];
  #script: PythonScript | null = null;

  available(): Promise<string | null> {
    return setUp(PACKAGE);
  }

  async enroll(titles: readonly PeerTitle[]): Promise<void> {
    this.#windows = [];
    for (const { id, file } of titles) {
      const answer = await this.#ask(file, { windows: file, seconds: WINDOW, every: WINDOW_EVERY });
      if (!Array.isArray(answer?.windows)) continue;
      for (const hash of answer.windows) this.#windows.push({ titleId: id, hash: hashOf(hash) });
    }
  }

  async query(file: string): Promise<PeerAnswer | null> {
    const answer = await this.#ask(file, { hash: file });
    if (!answer) return null;
    const clip = hashOf(answer.hash);
    let best: PeerAnswer | null = null;
    for (const { titleId, hash } of this.#windows) {
      const score = 64 - distance(clip, 0, hash, 0, 2);
      if (score >= 64 - MAX_DISTANCE && score > (best?.score ?? 0)) best = { titleId, offset: null, score };
    }
    return best;
  }

  async close(): Promise<void> {
    this.#windows = [];
    await this.#script?.close();
    this.#script = null;
  }

  async #ask(file: string, request: object): Promise<Record<string, unknown> | null> {
    this.#script ??= new PythonScript(PACKAGE, 'hash_film.py');
    try {
      return await this.#script.ask(request);
    } catch (error) {
      this.failures.push({ file, message: messageOf(error) });
      return null;
    }
  }
}

function hashOf(digits: unknown): Uint32Array {
  if (typeof digits !== 'string' || digits.length !== 16) throw new Error(`not a hash: ${String(digits)}`);
  return Uint32Array.of(Number.parseInt(digits.slice(0, 8), 16), Number.parseInt(digits.slice(8), 16));
}
