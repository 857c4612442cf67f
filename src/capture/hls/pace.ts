import type { Seconds } from '../seconds.js';

/** How far one rendition of a recording may run ahead of the other. */
const MAX_AHEAD: Seconds = 12;

/** Keeps the renditions of a recording together, so that pictures and sound of a moment arrive near each other. */
export class Pace {
  private readonly positions = new Map<string, Seconds>();
  private waiting: (() => void)[] = [];

  join(name: string): void {
    this.positions.set(name, 0);
  }

  /** Resolves once nobody else is more than a few seconds behind this position. */
  async turn(name: string, position: Seconds): Promise<void> {
    this.positions.set(name, position);
    this.wake();
    while (this.positions.has(name) && position > this.slowest() + MAX_AHEAD)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Nobody waits for this one any more, nor does it wait. */
  leave(name: string): void {
    this.positions.delete(name);
    this.wake();
  }

  private slowest(): Seconds {
    return Math.min(...this.positions.values());
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
