import type { AudioFeatures, PictureFeatures } from '../../fingerprints/types.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { type Candidate, candidatesOf } from './candidates.js';
import type { FoundLine } from './found-line.js';
import { LineFollower, type Step } from './line-follower.js';
import { boxesOf, searchPictures } from './picture-search.js';
import { Rectangles } from './rectangles.js';
import { planOf } from './search-plan.js';
import { type Effort, MEMORY, SMALL_MEMORY } from './settings.js';
import { searchSound } from './sound-search.js';
import { StreamMemory } from './stream-memory.js';

/** A modality that has not delivered for this long is not waited for. */
const MAX_LAG: Seconds = 10;
/** A stream that began this many steps ago is looked at closely, except in haste. */
const BEGINNING = 2;
/** Memory is trimmed when it has grown this far beyond what is kept. */
const TRIM_EVERY: Seconds = 30;

/**
 * Matches one stream, in the order of its time. Sound and pictures are added as they come; the matcher moves
 * on in steps of `effort.hop` on the stream's own time line, and in each step first follows the lines that are known,
 * then looks up what they do not explain. So the result depends on the media alone, not on how it was cut, and on
 * which of it was matched in haste.
 */
export class StreamMatcher {
  readonly #memory = new StreamMemory();
  readonly #follower: LineFollower;
  readonly #rectangles = new Rectangles();
  #origin: Seconds | null = null;
  #step = 0;
  #trimmedAt: Seconds = 0;
  #ended = false;

  constructor(
    private readonly index: ReferenceIndex,
    private readonly effort: Effort,
  ) {
    this.#follower = new LineFollower(index, this.#memory, effort);
  }

  /** Lines given up because too many were followed at once. */
  get linesDropped(): number {
    return this.#follower.dropped;
  }

  /** Up to here everything was matched, s of stream time. */
  get matchedUntil(): Seconds {
    return this.#origin === null ? Number.NEGATIVE_INFINITY : this.#origin + this.#step * this.effort.hop;
  }

  /** How far apart pictures may lie in what is added next, s; 0 = all that can be had are wanted. */
  pictureEvery(inHaste = false): Seconds {
    const to = this.matchedUntil;
    const { sound, pictures } = this.#follower.explained(to - this.effort.window, to);
    if (sound && pictures) return this.effort.explainedPictureEvery;
    return this.#hasReason(inHaste) ? 0 : this.effort.pictureEvery;
  }

  /** @param shift stream time − media time, s */
  addAudio(features: AudioFeatures, shift: Seconds): void {
    // A first segment too short for a word says where the steps begin all the same.
    this.#begin(features.start + shift);
    if (features.words.length === 0) return;
    this.#memory.addAudio(features, shift);
  }

  /** @param until media time up to which these are all pictures, s */
  addPictures(features: PictureFeatures, shift: Seconds, until: Seconds): void {
    this.#begin((features.times[0] ?? until) + shift);
    this.#memory.addPictures(features, shift, until);
  }

  /**
   * Matches as far as what was added goes.
   * @param inHaste others wait: only a line in doubt is a reason for more work
   */
  async advance(inHaste = false): Promise<void> {
    while (this.#origin !== null && this.#origin + (this.#step + 1) * this.effort.hop <= this.#knownUntil())
      await this.#stepOn(this.#origin + (this.#step + 1) * this.effort.hop, inHaste);
  }

  /** Nothing follows: matches the rest. */
  async finish(): Promise<void> {
    await this.advance();
    const end = Math.max(this.#memory.audioUntil, this.#memory.picturesUntil);
    if (this.#origin !== null && end > this.matchedUntil) await this.#stepOn(end, false);
    this.#ended = true;
  }

  /** What was found and still is remembered: matches that passed or may yet, on lines that compete. */
  candidates(): Candidate[] {
    const end = Math.max(this.#memory.audioUntil, this.#memory.picturesUntil);
    return candidatesOf(this.#follower.lines, { start: this.#origin ?? 0, end }, this.#ended);
  }

  #hasReason(inHaste: boolean): boolean {
    const begins = this.#step < BEGINNING && !inHaste;
    return begins || this.#follower.hasReason(this.matchedUntil, inHaste);
  }

  #begin(at: Seconds): void {
    this.#origin ??= at;
  }

  #knownUntil(): Seconds {
    const { audioUntil, picturesUntil } = this.#memory;
    const latest = Math.max(audioUntil, picturesUntil);
    const waitedFor = [audioUntil, picturesUntil].filter((until) => until > latest - MAX_LAG);
    return Math.min(...waitedFor);
  }

  async #stepOn(to: Seconds, inHaste: boolean): Promise<void> {
    const origin = this.#origin!;
    const step: Step = { remembered: Math.max(origin, to - MEMORY), from: this.matchedUntil, to };
    const window = Math.max(origin, to - this.effort.window);
    const plan = planOf(this.effort, this.#step, this.#hasReason(inHaste));
    const boxes = once(() => boxesOf(plan, this.#rectangles, this.#memory, window, to));
    await this.#follower.follow(step, boxes);
    const explained = this.#follower.explained(window, to);
    const everything = this.#step % this.effort.searchExplainedEvery === 0;
    const nothing: FoundLine[] = [];
    // Neither needs what the other finds, and an index on another machine works on both at once; pictures take longer to
    // be asked about, so that they come first.
    const [seen, heard] = await Promise.all([
      everything || !explained.pictures
        ? searchPictures(this.index, this.#memory, window, to, this.effort, boxes())
        : nothing,
      everything || !explained.sound
        ? searchSound(this.index, this.#memory, window, to, this.effort, plan.sound)
        : nothing,
    ]);
    const found = [...heard, ...seen];
    await this.#follower.adopt(found, step, boxes);
    this.#step++;
    this.#trim(to);
  }

  #trim(to: Seconds): void {
    if (to - this.#trimmedAt <= TRIM_EVERY) return;
    this.#trimmedAt = to;
    this.#memory.forget(to - MEMORY);
    this.#memory.forgetSmall(to - SMALL_MEMORY);
  }
}

/** Work that is done when its result is first asked for. */
function once<T>(work: () => T): () => T {
  let done: { readonly result: T } | null = null;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}
