import { pause } from '../domain/pause.js';
import { CommitPace } from './commit-pace.js';

/** One commit takes at most so many items. */
const MAX_COMMIT = 256;
/** While many write, they wait for each other so long. */
const WINDOW_MS = 100;

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes down what comes, in the order in which it came, as much in one commit as there is. */
export class GroupCommit<T, R> {
  readonly #waiting: Waiting<T, R>[] = [];
  readonly #pace: CommitPace;
  #isRunning = false;

  /**
   * @param commit stores all or none, durably; gives a result for each
   * @param window see CommitPace
   */
  constructor(
    private readonly commit: (items: readonly T[]) => readonly R[],
    window = WINDOW_MS,
  ) {
    this.#pace = new CommitPace(window);
  }

  /** Resolves when the item is durable; rejects with what `commit` threw for it alone. */
  add(item: T): Promise<R> {
    const added = new Promise<R>((resolve, reject) => this.#waiting.push({ item, resolve, reject }));
    if (!this.#isRunning) void this.#run();
    return added;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      await pause(Math.max(0, this.#pace.wait));
      this.#commit(this.#waiting.splice(0, MAX_COMMIT));
    }
    this.#isRunning = false;
  }

  /** Where not all can be stored, each is by itself: one that cannot be takes no other with it. */
  #commit(waiting: readonly Waiting<T, R>[]): void {
    try {
      const results = this.#pace.commit(waiting.length, () => this.commit(waiting.map(({ item }) => item)));
      for (const [i, { resolve }] of waiting.entries()) resolve(results[i]!);
    } catch (error) {
      if (waiting.length === 1) waiting[0]!.reject(error);
      else for (const one of waiting) this.#commit([one]);
    }
  }
}
