import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../samples/random.js';
import type { Json } from '../support/cli.js';
import { ProcessFamily } from './processes.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** Lines that do not come by then are not waited for, ms. */
const LONGEST_WAIT = 15_000;

/** When a run is killed: so long after it began, or after its n-th line of output and a moment. */
export type Doom =
  | { readonly after: number }
  | { readonly lines: number; readonly after: number; readonly event?: RegExp };

export interface DoomedRun {
  /** False: it had ended by itself before. */
  readonly killed: boolean;
  readonly code: number | null;
  /** Whole lines of its output: what it acknowledged. */
  readonly lines: readonly Json[];
  readonly stderr: string;
  /** Process ids that outlived it by seconds. */
  readonly survivors: readonly number[];
}

/**
 * Runs the command and ends it with SIGKILL: in one half of the cases with every process it has started, as when
 * the machine loses power, in the other half the command alone, as when memory runs out.
 * @param temporary the folder for its temporary files
 */
export async function runDoomed(
  args: readonly string[],
  doom: Doom,
  random: Random,
  temporary: string,
): Promise<DoomedRun> {
  const family = new ProcessFamily();
  const alone = random.chance(0.5);
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...family.environment, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = new Output(child);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if ('lines' in doom)
    await Promise.race([output.reaches(doom.lines, doom.event), sleep(LONGEST_WAIT), ended]);
  await Promise.race([sleep(doom.after), ended]);
  if (!alone) family.kill();
  child.kill('SIGKILL');
  const code = await ended;
  const survivors = await family.survivors();
  family.kill();
  return {
    killed: child.signalCode === 'SIGKILL',
    code,
    lines: output.lines,
    stderr: output.stderr,
    survivors,
  };
}

class Output {
  readonly lines: Json[] = [];
  stderr = '';
  #rest = '';
  #told: () => void = () => undefined;

  constructor(child: ChildProcess) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (this.#rest + text).split('\n');
      this.#rest = parts.pop() ?? '';
      this.lines.push(...parts.map((line) => JSON.parse(line) as Json));
      this.#told();
    });
  }

  /** Resolves when there are so many lines, of that type. */
  async reaches(count: number, event = /(?:)/): Promise<void> {
    const isReached = () => this.lines.filter(({ type }) => event.test(String(type))).length >= count;
    while (!isReached())
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
  }
}
