interface Closable {
  close(): void | Promise<void>;
}

/** What was opened, to be closed in the opposite order. */
export class Closing {
  readonly #opened: Closable[] = [];

  add<T extends Closable>(opened: T): T {
    this.#opened.push(opened);
    return opened;
  }

  async close(): Promise<void> {
    for (const opened of this.#opened.splice(0).reverse()) await opened.close();
  }
}
