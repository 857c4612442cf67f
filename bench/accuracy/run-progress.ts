const EVERY_MS = 10_000;

/** Says now and then how far a piece of work has come, how fast it goes and what is left. */
export class Progress {
  readonly #began = performance.now();
  #saidAt = performance.now();
  #done = 0;

  constructor(
    private readonly what: string,
    private readonly total: number,
    private readonly unit: string,
  ) {
    say(`${what}: ${Math.round(total)} ${unit} …`);
  }

  step(amount = 1, where = ''): void {
    this.#done += amount;
    if (performance.now() - this.#saidAt < EVERY_MS) return;
    this.#saidAt = performance.now();
    const seconds = (performance.now() - this.#began) / 1000;
    const rate = this.#done / seconds;
    const left = Math.max(0, this.total - this.#done) / rate;
    say(
      `${this.what}: ${Math.round(this.#done)} of ${Math.round(this.total)} ${this.unit}, ${rate.toFixed(1)} a second, ${(left / 60).toFixed(1)} min left${where && ` (${where})`}`,
    );
  }
}

export function say(text: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
}
