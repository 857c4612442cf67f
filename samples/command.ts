import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/streamprint', import.meta.url));

export interface Run {
  /** The objects that the command prints, as they come. */
  readonly lines: AsyncIterable<unknown>;
  /** Exit code, once it has ended. */
  readonly ended: Promise<number>;
  /** Asks it to end as Ctrl-C does. */
  interrupt(): void;
}

/** Runs `bin/streamprint … --json` as a user would. What it says on stderr is shown. */
export function runCommand(args: readonly string[]): Run {
  const child = spawn(process.execPath, [PROGRAM, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
  return { lines: jsonLines(child.stdout), ended, interrupt: () => child.kill('SIGINT') };
}

/** @throws SyntaxError for a line that is no JSON */
async function* jsonLines(stream: NodeJS.ReadableStream): AsyncGenerator<unknown> {
  for await (const line of createInterface({ input: stream })) if (line !== '') yield JSON.parse(line);
}
