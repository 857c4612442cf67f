import { readFile } from 'node:fs/promises';

const LOOK_EVERY = 2_000;

export interface WatchdogRules {
  /** A program that gives nothing for so long is ended, ms. */
  readonly silence: number;
  /** So is one that has more memory, bytes. */
  readonly memory: number;
}

/** Watches a capture process: one that hangs, is silent or grows is to be ended. */
export class Watchdog {
  #fedAt = performance.now();
  readonly #timer: NodeJS.Timeout;

  /** @param end told why, once */
  constructor(
    private readonly pid: number,
    private readonly rules: WatchdogRules,
    private readonly end: (why: string) => void,
  ) {
    this.#timer = setInterval(() => void this.#look(), Math.min(LOOK_EVERY, rules.silence / 4));
  }

  /** The process has given something. */
  feed(): void {
    this.#fedAt = performance.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { silence, memory } = this.rules;
    if (performance.now() - this.#fedAt > silence)
      return this.#bite(`gave nothing for ${Math.round(silence / 1000)} s`);
    const used = await memoryOf(this.pid);
    if (used > memory) this.#bite(`grew to ${Math.round(used / 2 ** 20)} MiB`);
  }

  #bite(why: string): void {
    this.stop();
    this.end(why);
  }
}

/** Resident memory of a process, bytes; 0 where that cannot be told. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
