import { spawn } from 'node:child_process';

/** Two cores' worth: each process works with one thread, so that the same command gives the same bytes. */
const AT_ONCE = 2;
const ONE_THREAD = ['-threads', '1', '-filter_threads', '1', '-filter_complex_threads', '1'];

/** One that runs for longer hangs: a rendering takes a minute, and much longer where it has to wait for others. */
const LONGEST_MS = 60 * 60_000;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Runs ffmpeg, at most two at a time, and gives back what it wrote to its standard error.
 * `what` names the work in the error when it fails.
 */
export async function ffmpeg(what: string, args: readonly string[], level = 'error'): Promise<string> {
  const { stderr } = await run(what, 'ffmpeg', ['-v', level, '-nostdin', '-y', ...ONE_THREAD, ...args]);
  return stderr;
}

/** Runs a program, at most two at a time. Throws with `what` and the last lines of its standard error. */
export async function run(
  what: string,
  program: string,
  args: readonly string[],
): Promise<{ stdout: Buffer; stderr: string }> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await finished(what, program, args);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

function finished(
  what: string,
  program: string,
  args: readonly string[],
): Promise<{ stdout: Buffer; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LONGEST_MS,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', (cause) => reject(new Error(`${what}: ${program} cannot be run`, { cause })));
    child.on('close', (code, signal) => {
      if (code === 0) resolve({ stdout: Buffer.concat(out), stderr });
      else
        reject(new Error(`${what}: ${program} ended with ${code ?? signal}: ${stderr.trim().slice(-600)}`));
    });
  });
}
