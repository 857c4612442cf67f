import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { ROOT } from '../lib/results.js';

/** Time for a command to end when it is asked to, ms. */
const PATIENCE = 60_000;
/** Of what it writes to its standard error, to say why it ended. */
const MAX_ERRORS = 4000;

export interface CommandOptions {
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder for `node --cpu-prof`; null = none. */
  readonly profiles: string | null;
  readonly onLine: (line: string) => void;
}

/** `streamprint` as a process, read line by line. */
export class CommandProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #errors = '';
  #hasEnded = false;

  constructor(readonly options: CommandOptions) {
    const profiling = options.profiles === null ? [] : ['--cpu-prof', '--cpu-prof-dir', options.profiles];
    const command = [...profiling, path.join(ROOT, 'bin', 'streamprint'), ...options.args];
    this.#child = spawn(process.execPath, command, {
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    readline.createInterface({ input: this.#child.stdout! }).on('line', options.onLine);
    this.#child.stderr!.on('data', (text) => {
      this.#errors = (this.#errors + text).slice(-MAX_ERRORS);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(error.message));
      this.#child.on('close', (code, signal) => {
        this.#hasEnded = true;
        resolve(`${code ?? signal}`);
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** What it last wrote to its standard error. */
  get errors(): string {
    return this.#errors;
  }

  /** Ends it, and waits. Throws when it had ended by itself, with what it wrote last. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const early = this.#hasEnded;
    if (!early) this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE);
    const how = await this.#ended;
    clearTimeout(timer);
    if (early)
      throw new Error(
        `streamprint ${this.options.args[0]} ended by itself (${how}): ${this.#errors.trim().slice(-600)}`,
      );
  }
}
