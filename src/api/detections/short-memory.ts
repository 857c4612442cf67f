interface Remembered<T> {
  readonly value: Promise<T>;
  /** Infinite while it is worked out. */
  until: number;
}

/** Answers that are given again for a short while, and while they are being worked out; the oldest go first. */
export class ShortMemory<T> {
  readonly #remembered = new Map<string, Remembered<T>>();

  /** @param forMs how long an answer is given again */
  constructor(
    private readonly forMs: (value: T) => number,
    private readonly most: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get(key: string, find: () => Promise<T>): Promise<T> {
    const known = this.#remembered.get(key);
    if (known && known.until > this.now()) return known.value;
    const value = find();
    this.#remembered.delete(key);
    const remembered = { value, until: Number.POSITIVE_INFINITY };
    this.#remembered.set(key, remembered);
    value.then(
      (answer) => {
        remembered.until = this.now() + this.forMs(answer);
      },
      () => {
        if (this.#remembered.get(key) === remembered) this.#remembered.delete(key);
      },
    );
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > this.most && oldest !== undefined) this.#remembered.delete(oldest);
    return value;
  }
}
