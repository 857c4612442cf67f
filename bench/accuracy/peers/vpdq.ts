import { messageOf } from '../../../src/domain/errors.js';
import { CLIP_EVERY, type FrameHasher, TITLE_EVERY } from './frame-hasher.js';
import { goodFrames, matchedPart, type PdqFrames, vote } from './pdq-frames.js';
import type { Peer, PeerAnswer, PeerFailure, PeerTitle } from './peer.js';

/** Meta's `threatexchange` package: so much of the clip must have a like in the title, of the title nothing must. */
const MIN_MATCHED = 0.8;
/** One frame may be alike by chance, and the one beside it with it. */
const MIN_VOTES = 3;

type Answer = Omit<PeerAnswer, 'titleId'>;

abstract class Pdq implements Peer {
  abstract readonly name: string;
  readonly modality = 'video';
  readonly failures: PeerFailure[] = [];
  readonly #hasher: FrameHasher;
  readonly #titles = new Map<string, PdqFrames>();

  constructor(hasher: FrameHasher) {
    this.#hasher = hasher;
  }

  available(): Promise<string | null> {
    return this.#hasher.available();
  }

  async enroll(titles: readonly PeerTitle[]): Promise<void> {
    this.#titles.clear();
    for (const { id, file } of titles) {
      const frames = await this.#frames(file, TITLE_EVERY);
      if (frames) this.#titles.set(id, frames);
    }
  }

  async query(file: string): Promise<PeerAnswer | null> {
    const clip = await this.#frames(file, CLIP_EVERY);
    if (!clip) return null;
    let best: PeerAnswer | null = null;
    for (const [titleId, title] of this.#titles) {
      const answer = this.compare(clip, title);
      if (answer && (!best || answer.score > best.score)) best = { titleId, ...answer };
    }
    return best;
  }

  async close(): Promise<void> {
    this.#titles.clear();
    await this.#hasher.close();
  }

  protected abstract compare(clip: PdqFrames, title: PdqFrames): Answer | null;

  async #frames(file: string, every: number): Promise<PdqFrames | null> {
    try {
      return goodFrames(await this.#hasher.frames(file, every));
    } catch (error) {
      this.failures.push({ file, message: messageOf(error) });
      return null;
    }
  }
}

/** vPDQ's own matching: an unordered bag of hashes, so it says nothing about places. */
export class Vpdq extends Pdq {
  readonly name = 'vpdq';

  protected compare(clip: PdqFrames, title: PdqFrames): Answer | null {
    const score = matchedPart(clip, title);
    return score >= MIN_MATCHED ? { offset: null, score } : null;
  }
}

/** The same hashes, voted with their times. */
export class VpdqVoted extends Pdq {
  readonly name = 'vpdq-voted';

  protected compare(clip: PdqFrames, title: PdqFrames): Answer | null {
    const found = vote(clip, title);
    return found && found.frames >= MIN_VOTES ? { offset: found.offset, score: found.frames } : null;
  }
}
