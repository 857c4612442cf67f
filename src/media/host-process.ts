import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Seconds } from '../../fingerprints/units.js';
import type { DecoderName, Task, TaskError, TaskResult } from '../../workers/protocol.js';
import type { HostMessage, HostOptions, PoolJob } from '../../workers/protocol-pool.js';

const HOST = fileURLToPath(new URL('../../workers/host.js', import.meta.url));

/** What the process wrote last is kept, to say why it died. */
const MAX_ERROR_TEXT = 2000;

/**
 * Frames are large, and come and go with each input. Left to itself, glibc gives their memory back after every
 * segment, and the kernel clears as many pages again for the next. It reads these only when a process begins.
 */
const ALLOCATOR = {
  MALLOC_MMAP_THRESHOLD_: String(32 * 2 ** 20),
  MALLOC_TRIM_THRESHOLD_: String(64 * 2 ** 20),
  MALLOC_TOP_PAD_: String(16 * 2 ** 20),
};

/** Its threads keep the cores busy by themselves: helpers that collect beside them only take turns away. */
const NODE_OPTIONS = ['--expose-gc', '--single-threaded-gc'];

export type TaskAnswer =
  | { readonly result: TaskResult }
  | { readonly error: TaskError }
  | { readonly fault: string }
  | { readonly hello: DecoderName }
  /** The process died before it answered. */
  | { readonly died: string };

interface Waiting {
  readonly answer: (answer: TaskAnswer) => void;
  readonly progress: (time: Seconds, total: Seconds | null) => void;
}

/** One process that holds worker threads. Its death is an answer to every task that it had. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #lastWords: string | null = null;
  #errors = '';
  #dead: string | null = null;
  readonly exited: Promise<void>;

  constructor(options: HostOptions, decoder: DecoderName | undefined) {
    this.#child = fork(HOST, [JSON.stringify(options)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: NODE_OPTIONS,
      // A group of its own, so that what it starts can be ended with it; and Ctrl-C is for the service to handle.
      detached: true,
      env: { ...ALLOCATOR, ...process.env, ...(decoder && { STREAMPRINT_DECODER: decoder }) },
    });
    this.#child.stderr?.on('data', (text) => {
      this.#errors = (this.#errors + text).slice(-MAX_ERROR_TEXT);
    });
    this.#child.on('message', (message) => this.#take(message as HostMessage));
    this.exited = new Promise((resolve) => {
      const end = (how: string) => {
        const said = reasonIn(this.#errors);
        this.#bury(this.#lastWords ?? (said ? `${how}: ${said}` : how));
        resolve();
      };
      this.#child.on('error', (error) => end(error.message));
      this.#child.on('exit', (code, signal) =>
        end(signal ? `it was ended by ${signal}` : `it exited with code ${code}`),
      );
    });
  }

  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  get isAlive(): boolean {
    return this.#dead === null;
  }

  /** @param task null = just say which decoder is there */
  run(task: Task | null, progress: Waiting['progress'] = () => undefined): Promise<TaskAnswer> {
    if (this.#dead !== null) return Promise.resolve({ died: this.#dead });
    const job: PoolJob = { id: this.#nextId++, task };
    return new Promise((answer) => {
      this.#waiting.set(job.id, { answer, progress });
      this.#child.send(job, (error) => error && this.kill(error.message));
    });
  }

  /** Ends the process and whatever it started, now. */
  kill(why: string): void {
    this.#lastWords ??= why;
    const { pid } = this.#child;
    if (pid === undefined || this.#dead !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL');
    }
  }

  #take(message: HostMessage): void {
    if ('dying' in message) {
      this.#lastWords = message.dying;
    } else if ('progressOf' in message) {
      this.#waiting.get(message.progressOf)?.progress(message.time, message.total);
    } else {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      waiting?.answer(message);
    }
  }

  #bury(how: string): void {
    if (this.#dead !== null) return;
    this.#dead = how;
    for (const { answer } of this.#waiting.values()) answer({ died: how });
    this.#waiting.clear();
  }
}

/** The line that says most of what a dying Node.js process writes: that of the error, else the last. */
function reasonIn(errors: string): string | undefined {
  const lines = errors.trim().split('\n');
  return lines.find((line) => /^\w*Error: |^FATAL ERROR: /.test(line)) ?? lines.at(-1);
}
