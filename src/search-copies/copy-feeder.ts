import { messageOf } from '../domain/errors.js';
import type { CopyIndex } from './copy-index.js';
import type { CopyKind, Feed } from './copy-kind.js';

/** Things that one step sends. What is sent is whole before the next step begins. */
export const STEP = 500;
/** So often changes of the store are looked for, whoever writes it, ms. */
const LOOK_EVERY_MS = 200;
/** Pauses while the server is away, ms. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;
/** What is there is no older than this, ms, or it is behind. */
const CURRENT_MS = 10_000;

export interface FeederOptions<T extends { readonly number: number }> {
  readonly kind: CopyKind<T>;
  readonly feed: Feed<T>;
  /** Of that store. */
  readonly index: CopyIndex<T>;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

/**
 * Copies things of one kind from the store to the index, in the order of their last changes. How far it has come, the index
 * itself says: the newest number that is there, and before that all but what the last step may have left out, which is
 * sent again. So nothing is lost or doubled, however this process or the server ends, and an index that was deleted
 * is filled anew.
 */
export class CopyFeeder<T extends { readonly number: number }> {
  #at = 0;
  /** What was changed up to this number is shown to searches; less than 0 = nothing. */
  #shown = -1;
  #currentAt = Number.NEGATIVE_INFINITY;
  #isDoubted = false;
  #isClosed = false;
  #wake: () => void = () => undefined;
  readonly #working: Promise<void>;

  private constructor(private readonly options: FeederOptions<T>) {
    this.#working = this.#work();
  }

  static start<T extends { readonly number: number }>(options: FeederOptions<T>): CopyFeeder<T> {
    return new CopyFeeder(options);
  }

  /** Whether the index has all that the store had some seconds ago. */
  get isCurrent(): boolean {
    return this.options.now() - this.#currentAt < CURRENT_MS;
  }

  /** Whether searches show all that the store has now; only of what is shown at once. */
  get hasAll(): boolean {
    return !this.#isDoubted && this.options.feed.last <= this.#shown;
  }

  /** Things whose last change is not there yet. */
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
        if (message !== told)
          this.options.onTrouble(`${this.options.kind.many} wait to be copied for search: ${message}`);
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
    this.#shown = -1;
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
    const { kind, feed, index, now, onTrouble } = this.options;
    // So that the first look is at what there is.
    let isBehind = true;
    while (!this.#isClosed && !this.#isDoubted) {
      const at = now();
      if (isBehind || feed.hasChanged) {
        const things = feed.after(this.#at, STEP);
        if (things.length > 0)
          await index.write(things, ({ id }, reason) =>
            onTrouble(`${kind.one} ${id} cannot be copied for search, and is passed over: ${reason}`),
          );
        this.#at = things.at(-1)?.number ?? this.#at;
        isBehind = things.length === STEP;
      }
      if (isBehind) continue;
      if (kind.isShownAtOnce && this.#shown < this.#at) {
        await index.refresh();
        this.#shown = this.#at;
      }
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
