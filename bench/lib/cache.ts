import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const FOLDER = path.join(os.tmpdir(), 'streamprint-accuracy');
/** Between two looks at whether another process has made it. */
const WAIT_MS = 200;
const inWork = new Map<string, Promise<string>>();

/**
 * The file made from these parameters: made now when it is not there yet, once even when asked for twice at a
 * time, by this process or another. `extension` without the dot; `make` writes to the path it is given, which is renamed when it is whole.
 */
export function cached(
  kind: string,
  parameters: unknown,
  extension: string,
  make: (file: string) => Promise<void>,
): Promise<string> {
  const name = createHash('sha256').update(JSON.stringify(parameters)).digest('hex').slice(0, 20);
  const file = path.join(FOLDER, kind, `${name}.${extension}`);
  if (fs.existsSync(file)) return Promise.resolve(file);
  const made = inWork.get(file) ?? makeOnce(file, extension, make);
  inWork.set(file, made);
  return made.finally(() => inWork.delete(file));
}

/** The same for text: a subtitle file, a list of files. */
export function cachedText(kind: string, text: string, extension: string): Promise<string> {
  return cached(kind, text, extension, async (file) => fs.writeFileSync(file, text));
}

/** The same for a value that JSON can hold. */
export async function cachedValue<T>(kind: string, parameters: unknown, make: () => Promise<T>): Promise<T> {
  const file = await cached(kind, parameters, 'json', async (name) =>
    fs.writeFileSync(name, JSON.stringify(await make())),
  );
  return JSON.parse(fs.readFileSync(file, 'utf8')) as T;
}

/** So much of a file, at its begin and its end, tells it from others, bytes. */
const LOOKED_AT = 64 * 1024;

/** What a file is by, without reading all of it: its path, its size, how it begins and ends. Copied anew it stays the same. */
export function identityOf(file: string): string {
  const { size } = fs.statSync(file);
  const descriptor = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(size, LOOKED_AT));
    const hash = createHash('sha256');
    for (const at of [0, size - bytes.length]) {
      fs.readSync(descriptor, bytes, 0, bytes.length, at);
      hash.update(bytes);
    }
    return `${path.resolve(file)} ${size} ${hash.digest('hex').slice(0, 20)}`;
  } finally {
    fs.closeSync(descriptor);
  }
}

async function makeOnce(
  file: string,
  extension: string,
  make: (file: string) => Promise<void>,
): Promise<string> {
  const part = `${file}.${process.pid}.part.${extension}`;
  const lock = `${file}.lock`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  while (!taken(lock)) await pause(WAIT_MS);
  try {
    if (fs.existsSync(file)) return file;
    await make(part);
    fs.renameSync(part, file);
  } finally {
    fs.rmSync(part, { force: true });
    fs.rmSync(lock, { force: true });
  }
  return file;
}

/** Takes a lock, unless another living process holds it. */
function taken(lock: string): boolean {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = fs.existsSync(lock) ? Number(fs.readFileSync(lock, 'utf8')) : 0;
    if (holder > 0 && !alive(holder)) fs.rmSync(lock, { force: true });
    return false;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
