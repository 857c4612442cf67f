import type { AudioFeatures, PictureFeatures } from '../../fingerprints/types.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { type LiveMatch, matchesOf } from './matches.js';
import { LIVE } from './settings.js';
import { StreamMatcher } from './stream-matcher.js';

/** The matching of one live stream, in this thread or in another. One call at a time. */
export interface StreamMatching {
  /** As of the last answer; see StreamMatcher. */
  readonly matchedUntil: Seconds;
  pictureEvery(inHaste: boolean): Seconds;
  /** @param shift stream time − media time, s */
  addAudio(features: AudioFeatures, shift: Seconds): void;
  /** @param until media time up to which these are all pictures, s */
  addPictures(features: PictureFeatures, shift: Seconds, until: Seconds): void;
  /**
   * Matches as far as what was added goes; what passes of all that still is remembered. Throws as the index does.
   * @param inHaste others wait: see StreamMatcher
   */
  advance(inHaste: boolean): Promise<readonly LiveMatch[]>;
  /** Nothing follows: matches the rest. */
  finish(): Promise<readonly LiveMatch[]>;
  /** Nothing is asked any more: what is remembered may go. */
  release(): void;
}

/** Matching in the thread that asks for it. */
export class LocalMatching implements StreamMatching {
  readonly #matcher: StreamMatcher;

  constructor(
    private readonly index: ReferenceIndex,
    private readonly maxFalsePerDay: number,
  ) {
    this.#matcher = new StreamMatcher(index, LIVE);
  }

  get matchedUntil(): Seconds {
    return this.#matcher.matchedUntil;
  }

  pictureEvery(inHaste: boolean): Seconds {
    return this.#matcher.pictureEvery(inHaste);
  }

  addAudio(features: AudioFeatures, shift: Seconds): void {
    this.#matcher.addAudio(features, shift);
  }

  addPictures(features: PictureFeatures, shift: Seconds, until: Seconds): void {
    this.#matcher.addPictures(features, shift, until);
  }

  async advance(inHaste: boolean): Promise<readonly LiveMatch[]> {
    await this.index.refresh();
    await this.#matcher.advance(inHaste);
    return this.#matches();
  }

  async finish(): Promise<readonly LiveMatch[]> {
    await this.#matcher.finish();
    return this.#matches();
  }

  release(): void {}

  #matches(): Promise<LiveMatch[]> {
    return matchesOf(this.index, this.#matcher.candidates(), this.maxFalsePerDay);
  }
}
