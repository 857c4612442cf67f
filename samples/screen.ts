/** Draws a block of lines, on a terminal over its last drawing. */
export class Redrawer {
  #drawn = 0;

  constructor(private readonly output: NodeJS.WriteStream) {}

  get isTerminal(): boolean {
    return this.output.isTTY === true;
  }

  /** Characters a line; a log file gets long ones. */
  get width(): number {
    return this.isTerminal ? this.output.columns : 160;
  }

  draw(lines: readonly string[]): void {
    if (!this.isTerminal) {
      this.output.write(`${lines.join('\n')}\n`);
      return;
    }
    const up = this.#drawn > 0 ? `\u001b[${this.#drawn}A` : '';
    this.output.write(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join('')}`);
    this.#drawn = lines.length;
  }
}
