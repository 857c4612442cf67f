import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { interpreter, type PythonPackage } from './python-env.js';
import { lastLine } from './run.js';

/** The scripts are not compiled: they stay beside the sources. */
const SCRIPTS = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '../../../../bench/accuracy/peers',
);
/** An answer that takes longer does not come, s. */
const TIMEOUT = 600;
/** What is kept of standard error, to say why a script ended; characters. */
const KEPT_ERRORS = 4000;

interface Running {
  readonly process: ChildProcess;
  readonly answers: AsyncIterator<string>;
  errors: string;
}

/** A Python script that answers one JSON line with another (`serve.py`); started when asked, and again if it ends. */
export class PythonScript {
  readonly #package: PythonPackage;
  readonly #args: readonly string[];
  #running: Running | null = null;

  constructor(wanted: PythonPackage, script: string, args: readonly string[] = []) {
    this.#package = wanted;
    this.#args = [path.join(SCRIPTS, script), ...args];
  }

  /** One request at a time. Throws an Error where the script says so, ends, or gives no answer in time. */
  async ask(request: object): Promise<Record<string, unknown>> {
    this.#running ??= this.#start();
    const running = this.#running;
    running.process.stdin?.write(`${JSON.stringify(request)}\n`);
    const timer = setTimeout(() => running.process.kill('SIGKILL'), TIMEOUT * 1000);
    const { value, done } = await running.answers.next();
    clearTimeout(timer);
    if (done) {
      this.#running = null;
      throw new Error(
        `${path.basename(this.#args[0]!)} ended: ${lastLine(running.errors) || 'no reason given'}`,
      );
    }
    const answer: unknown = JSON.parse(value);
    if (typeof answer !== 'object' || answer === null) throw new Error(`not an answer: ${value}`);
    if ('error' in answer) throw new Error(String(answer.error));
    return answer as Record<string, unknown>;
  }

  async close(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    if (!running || running.process.exitCode !== null) return;
    running.process.stdin?.end();
    await once(running.process, 'exit');
  }

  #start(): Running {
    const started = spawn(interpreter(this.#package), this.#args, { stdio: ['pipe', 'pipe', 'pipe'] });
    // Writing to a script that has ended is told by the end of its answers.
    started.stdin.on('error', () => undefined);
    const lines = readline.createInterface({ input: started.stdout });
    const running: Running = { process: started, answers: lines[Symbol.asyncIterator](), errors: '' };
    started.stderr.on('data', (data: Buffer) => {
      running.errors = (running.errors + data.toString()).slice(-KEPT_ERRORS);
    });
    started.on('error', (error) => {
      running.errors = error.message;
      lines.close();
    });
    return running;
  }
}
