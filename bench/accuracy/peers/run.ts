import { execFile } from 'node:child_process';

const MAX_OUTPUT = 64 * 1024 * 1024;

/**
 * Runs a program to its end and gives its standard output. Throws an Error with the last line that it wrote to
 * standard error, where it fails or takes longer than `timeout` seconds.
 */
export function run(command: string, args: readonly string[], timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { timeout: timeout * 1000, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else if (error.killed) reject(new Error(`${command}: no answer within ${timeout} s`));
        else reject(new Error(`${command}: ${lastLine(stderr) || error.message}`));
      },
    );
  });
}

/** Whether a program can be run at all. */
export async function runs(command: string, args: readonly string[]): Promise<boolean> {
  return run(command, args, 60).then(
    () => true,
    () => false,
  );
}

export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
