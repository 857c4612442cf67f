import { messageOf } from '../../../src/domain/errors.js';
import { distance } from './bits.js';
import { ScratchFolder } from './folder.js';
import type { Peer, PeerAnswer, PeerFailure, PeerTitle } from './peer.js';
import { run, runs } from './run.js';
import { decodeSound } from './sound.js';

/** What chromaprint works at, Hz. */
const RATE = 11025;
/** Seconds between two words: frames of 4,096 samples overlap by two thirds. */
const STEP = (4096 - 2730) / RATE;
/**
 * Chromaprint's own matcher (`FingerprintMatcher`) takes a stretch for matched where fewer than 10 of 32 bits
 * differ on average.
 */
const MAX_ERROR_RATE = 10 / 32;
/** How much of a clip must lie within the title for an alignment to be looked at. */
const MIN_OVERLAP = 0.75;
const TIMEOUT = 300;

/** An alignment: word `n` of the clip lies beside word `n + shift` of the title. */
export interface Alignment {
  readonly shift: number;
  /** Part of the bits that differ. */
  readonly errorRate: number;
}

/** The alignment of the smallest bit error rate over all shifts; null where either has no words. */
export function align(clip: Uint32Array, title: Uint32Array): Alignment | null {
  if (clip.length === 0 || title.length === 0) return null;
  const needed = Math.ceil(Math.min(clip.length, title.length) * MIN_OVERLAP);
  let best: Alignment | null = null;
  for (let shift = needed - clip.length; shift <= title.length - needed; shift++) {
    const from = Math.max(0, -shift);
    const count = Math.min(clip.length, title.length - shift) - from;
    const errorRate = distance(clip, from, title, from + shift, count) / (32 * count);
    if (!best || errorRate < best.errorRate) best = { shift, errorRate };
  }
  return best;
}

/** Chromaprint through Debian's `fpcalc`, with its words aligned by bit error rate. */
export class Chromaprint implements Peer {
  readonly name = 'chromaprint';
  readonly modality = 'audio';
  readonly failures: PeerFailure[] = [];
  readonly #titles = new Map<string, Uint32Array>();
  readonly #folder = new ScratchFolder();

  async available(): Promise<string | null> {
    return (await runs('fpcalc', ['-version']))
      ? null
      : 'chromaprint needs fpcalc (on Debian: apt-get install libchromaprint-tools)';
  }

  async enroll(titles: readonly PeerTitle[]): Promise<void> {
    this.#titles.clear();
    for (const { id, file } of titles) {
      const words = await this.#words(file);
      if (words) this.#titles.set(id, words);
    }
  }

  async query(file: string): Promise<PeerAnswer | null> {
    const clip = await this.#words(file);
    if (!clip) return null;
    let best: (Alignment & { titleId: string }) | null = null;
    for (const [titleId, words] of this.#titles) {
      const found = align(clip, words);
      if (found && found.errorRate < (best?.errorRate ?? MAX_ERROR_RATE)) best = { ...found, titleId };
    }
    return best && { titleId: best.titleId, offset: best.shift * STEP, score: 1 - best.errorRate };
  }

  async close(): Promise<void> {
    this.#titles.clear();
    this.#folder.remove();
  }

  async #words(file: string): Promise<Uint32Array | null> {
    try {
      const wave = await decodeSound(file, RATE, this.#folder.path);
      const printed = await run(
        'fpcalc',
        ['-raw', '-length', '0', '-plain', '-ignore-errors', wave],
        TIMEOUT,
      );
      return Uint32Array.from(printed.trim().split(','), Number);
    } catch (error) {
      this.failures.push({ file, message: messageOf(error) });
      return null;
    }
  }
}
