import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { ROOT } from '../lib/results.js';

/** Time for a command to get ready, and to end when it is asked to, ms. */
const PATIENCE = 120_000;
/** Of what it writes to its standard error, to say why it ended. */
const MAX_ERRORS = 4000;

export interface CommandOptions {
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder for `node --cpu-prof`; null = none. */
  readonly profiles: string | null;
  /** Told each line of its output and of its standard error. */
  readonly onLine?: (line: string) => void;
  /** It is ready when a line of its output, or of its standard error, looks like this. */
  readonly until?: RegExp;
}

/** `streamprint` as a process, read line by line. */
export class CommandProcess {
  /** Resolves when it is ready as `until` says; rejects when it ends before, or does not get there in time. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #errors = '';
  #hasEnded = false;

  constructor(private readonly options: CommandOptions) {
    const { args, environment, profiles, until } = options;
    const profiling = profiles === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profiles];
    this.#child = spawn(process.execPath, [...profiling, path.join(ROOT, 'bin', 'streamprint'), ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let isReady: () => void = () => undefined;
    const seen = new Promise<void>((resolve) => {
      isReady = resolve;
    });
    const take = (line: string) => until?.test(line) && isReady();
    readline.createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      take(line);
      options.onLine?.(line);
    });
    readline.createInterface({ input: this.#child.stderr! }).on('line', (line) => {
      take(line);
      options.onLine?.(line);
      this.#errors = `${this.#errors}${line}\n`.slice(-MAX_ERRORS);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(error.message));
      this.#child.on('close', (code, signal) => {
        this.#hasEnded = true;
        resolve(`${code ?? signal}`);
      });
    });
    this.ready = Promise.race([
      seen,
      this.#ended.then((how) => Promise.reject(this.#failure(`ended (${how})`))),
      new Promise<void>((_, reject) =>
        setTimeout(() => reject(this.#failure('is not ready')), PATIENCE).unref(),
      ),
    ]);
    // Whoever does not wait for it learns of a process that ended from `stop`.
    this.ready.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Ends it, and waits. Throws when it had ended by itself, with what it wrote last. */
  async stop(): Promise<void> {
    const early = this.#hasEnded;
    if (!early) this.#child.kill('SIGINT');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE);
    const how = await this.#ended;
    clearTimeout(timer);
    if (early) throw this.#failure(`ended by itself (${how})`);
  }

  #failure(what: string): Error {
    return new Error(`streamprint ${this.options.args[0]} ${what}: ${this.#errors.trim().slice(-600)}`);
  }
}
