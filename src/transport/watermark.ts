/** How far a partition was worked on, when its records are done in any order. */
export class Watermark {
  /** Offsets that were begun, ascending; those before `#head` are done. */
  #begun: number[] = [];
  #head = 0;
  readonly #done = new Set<number>();
  #next: number | null = null;

  /** Whether an offset is further than all that were begun. */
  isNew(offset: number): boolean {
    return this.#next === null || offset >= this.#next;
  }

  begin(offset: number): void {
    this.#begun.push(offset);
    this.#next = offset + 1;
  }

  done(offset: number): void {
    this.#done.add(offset);
    while (this.#head < this.#begun.length && this.#done.delete(this.#begun[this.#head]!)) this.#head++;
    if (this.#head < 1000) return;
    this.#begun = this.#begun.slice(this.#head);
    this.#head = 0;
  }

  /** The offset to go on with: everything before it is done. null = nothing was begun. */
  get low(): number | null {
    return this.#begun[this.#head] ?? this.#next;
  }
}
