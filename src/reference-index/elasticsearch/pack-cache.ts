/** What was read of chunks lately, by the ids of their documents; what was used longest ago goes first. */
export class PackCache<T> {
  private readonly kept = new Map<string, T | null>();
  private bytes = 0;

  /**
   * @param limit bytes
   * @param sizeOf bytes of one
   */
  constructor(
    private readonly limit: number,
    private readonly sizeOf: (pack: T) => number,
  ) {}

  /** Undefined when it is not known; null when it is known that there is none. */
  get(id: string): T | null | undefined {
    const pack = this.kept.get(id);
    if (pack === undefined) return undefined;
    this.kept.delete(id);
    this.kept.set(id, pack);
    return pack;
  }

  set(id: string, pack: T | null): void {
    const before = this.kept.get(id);
    if (before !== undefined) this.forget(id, before);
    this.kept.set(id, pack);
    this.bytes += this.size(pack);
    for (const [oldest, value] of this.kept) {
      if (this.bytes <= this.limit) return;
      this.forget(oldest, value);
    }
  }

  clear(): void {
    this.kept.clear();
    this.bytes = 0;
  }

  private forget(id: string, pack: T | null): void {
    this.kept.delete(id);
    this.bytes -= this.size(pack);
  }

  private size(pack: T | null): number {
    return ENTRY_BYTES + (pack === null ? 0 : this.sizeOf(pack));
  }
}

const ENTRY_BYTES = 200;
