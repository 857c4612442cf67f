interface Remembered<T> {
  readonly value: Promise<T>;
  readonly until: number;
}

/** Answers that are given again for a short while, and while they are being worked out; the oldest go first. */
export class ShortMemory<T> {
  readonly #remembered = new Map<string, Remembered<T>>();

  /** @param forMs how long */
  constructor(
    private readonly forMs: number,
    private readonly most: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get(key: string, find: () => Promise<T>): Promise<T> {
    const known = this.#remembered.get(key);
    if (known && known.until > this.now()) return known.value;
    const value = find();
    this.#remembered.delete(key);
    this.#remembered.set(key, { value, until: this.now() + this.forMs });
    value.catch(() => this.#remembered.delete(key));
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > this.most && oldest !== undefined) this.#remembered.delete(oldest);
    return value;
  }
}
