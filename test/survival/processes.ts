import { randomUUID } from 'node:crypto';
import fs from 'node:fs';

/** What a marked process and all that it starts carry in their environment. */
const MARK = 'STREAMPRINT_TEST_RUN';
const PATIENCE_MS = 8000;

/** A process of ours, and all that it started: found by what they inherited, whatever became of their parents. */
export class ProcessFamily {
  readonly #mark = randomUUID();

  /** To be given to the first process. */
  get environment(): Record<string, string> {
    return { [MARK]: this.#mark };
  }

  /** Process ids of all that live. Empty on systems without /proc. */
  alive(): number[] {
    if (!fs.existsSync('/proc/self/environ')) return [];
    return fs
      .readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => environmentOf(pid).includes(`${MARK}=${this.#mark}`))
      .map(Number);
  }

  /** Ends all of them at once. */
  kill(): void {
    for (const pid of this.alive()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }

  /** Those that still live when every one has had some seconds to end by itself. */
  async survivors(): Promise<number[]> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const alive = this.alive();
      if (alive.length === 0 || Date.now() > deadline) return alive;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Empty for a process that has ended, that waits to be collected, or that is another user's. */
function environmentOf(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

/** Process ids of the children of a process whose command line says something. Empty on systems without /proc. */
export function childrenOf(parent: number, saying: string): number[] {
  if (!fs.existsSync('/proc/self/stat')) return [];
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => parentOf(pid) === parent && commandOf(pid).includes(saying))
    .map(Number);
}

function parentOf(pid: string): number | null {
  try {
    // The name of the program, in brackets, may hold anything.
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)!.trim().split(' ');
    return Number(fields[1]);
  } catch {
    return null;
  }
}

function commandOf(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
