const MAX_WARNINGS = 20;

/** Collects the sentences of a report, each once. */
export class Warnings {
  readonly #sentences = new Set<string>();

  add(sentence: string): void {
    if (this.#sentences.size < MAX_WARNINGS) this.#sentences.add(sentence);
  }

  list(): string[] {
    return [...this.#sentences];
  }
}
