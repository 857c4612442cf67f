import { messageOf } from '../../domain/errors.js';
import type { SearchFeed } from '../search-feed.js';
import type { DetectionIndex } from './detection-index.js';

/** Detections that one step sends. What is sent is whole before the next step begins. */
export const STEP = 500;
/** So often changes of the store are looked for, whoever writes it, ms. */
const LOOK_EVERY_MS = 200;
/** Pauses while the server is away, ms. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;
/** What is there is no older than this, ms, or it is behind. */
const CURRENT_MS = 10_000;

export interface FeederOptions {
  readonly feed: SearchFeed;
  /** Of that store. */
  readonly index: DetectionIndex;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

/**
 * Copies detections from the store to the index, in the order of their last changes. How far it has come, the index
 * itself says: the newest number that is there, and before that all but what the last step may have left out, which is
 * sent again. So nothing is lost or doubled, however this process or the server ends, and an index that was deleted
 * is filled anew.
 */
export class DetectionFeeder {
  #at = 0;
  #currentAt = Number.NEGATIVE_INFINITY;
  #isDoubted = false;
  #isClosed = false;
  #wake: () => void = () => undefined;
  readonly #working: Promise<void>;

  private constructor(private readonly options: FeederOptions) {
    this.#working = this.#work();
  }

  static start(options: FeederOptions): DetectionFeeder {
    return new DetectionFeeder(options);
  }

  /** Whether the index has all that the store had some seconds ago. */
  get isCurrent(): boolean {
    return this.options.now() - this.#currentAt < CURRENT_MS;
  }

  /** Detections whose last change is not there yet. */
  get behind(): number {
    return this.options.feed.countAfter(this.#at);
  }

  /** Something is wrong with the index: it is looked at anew. */
  doubt(): void {
    this.#isDoubted = true;
    this.#wake();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    await this.#working;
  }

  async #work(): Promise<void> {
    let told = '';
    for (let pause = FIRST_PAUSE_MS; !this.#isClosed; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        await this.#goOn();
        await this.#follow(() => {
          pause = FIRST_PAUSE_MS;
          told = '';
        });
      } catch (error) {
        const message = messageOf(error);
        if (message !== told) this.options.onTrouble(`Detections wait to be copied for search: ${message}`);
        told = message;
        await this.#rest(pause, false);
      }
    }
  }

  /** Finds out how far the index has come. */
  async #goOn(): Promise<void> {
    const { feed, index } = this.options;
    this.#isDoubted = false;
    this.#currentAt = Number.NEGATIVE_INFINITY;
    await index.prepare();
    const newest = await index.newest();
    if (newest > feed.last) {
      // The store was put back to what it had been: its numbers mean something else now.
      await index.remove();
      await index.prepare();
      this.#at = 0;
    } else this.#at = feed.before(newest, STEP);
  }

  /** @param onDone called when the index has all that there is */
  async #follow(onDone: () => void): Promise<void> {
    const { feed, index, now, onTrouble } = this.options;
    // So that the first look is at what there is.
    let isBehind = true;
    while (!this.#isClosed && !this.#isDoubted) {
      const at = now();
      if (isBehind || feed.hasChanged) {
        const detections = feed.after(this.#at, STEP);
        if (detections.length > 0)
          await index.write(detections, ({ id }, reason) =>
            onTrouble(`Detection ${id} cannot be copied for search, and is passed over: ${reason}`),
          );
        this.#at = detections.at(-1)?.number ?? this.#at;
        isBehind = detections.length === STEP;
      }
      if (isBehind) continue;
      this.#currentAt = at;
      onDone();
      await this.#rest(LOOK_EVERY_MS, true);
    }
  }

  /** @param isWoken whether it may be over before the time */
  #rest(ms: number, isWoken: boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        if (!isWoken && !this.#isClosed) return;
        clearTimeout(timer);
        resolve();
      };
      if (this.#isClosed) this.#wake();
    });
  }
}
