import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireWriterLock } from '../../src/storage/writer-lock.js';

const CHILD = fileURLToPath(new URL('./lock-child.js', import.meta.url));

describe('the lock of the one writer', () => {
  let directory: string;
  let children: ChildProcess[];

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-lock-'));
    children = [];
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    fs.rmSync(directory, { recursive: true, force: true });
  });

  async function holder(): Promise<ChildProcess> {
    const child = spawn(process.execPath, [CHILD, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout!, 'data');
    return child;
  }

  async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }

  const acquire = () => acquireWriterLock(directory, 'test data');
  const refusal = () => {
    try {
      acquire().release();
    } catch (error) {
      return error as { code: string; message: string };
    }
    throw new Error('the lock was given twice');
  };

  it('refuses a second writer in one sentence that names the holder', async () => {
    const child = await holder();
    const { code, message } = refusal();
    expect(code).toBe('SP_DATA_LOCKED');
    expect(message).toContain(`process ${child.pid}`);
    expect(message).toContain(directory);
    expect(message.match(/\./g)).toHaveLength(1);
    // Refused again: the first refusal has not shaken the lock.
    expect(refusal().code).toBe('SP_DATA_LOCKED');
  });

  it('is free once its holder was killed', async () => {
    await end(await holder(), 'SIGKILL');
    acquire().release();
  });

  it('is free once its holder has released it', async () => {
    await end(await holder(), 'SIGTERM');
    expect(fs.existsSync(path.join(directory, 'lock.pid'))).toBe(false);
    acquire().release();
  });

  it('can be taken, released and taken again within one process, but not twice', () => {
    const first = acquire();
    expect(refusal().message).toContain(`process ${process.pid}`);
    first.release();
    first.release();
    const second = acquire();
    expect(refusal().code).toBe('SP_DATA_LOCKED');
    second.release();
  });

  it('creates the directory', () => {
    const lock = acquireWriterLock(path.join(directory, 'a', 'b'), 'test data');
    expect(fs.existsSync(path.join(directory, 'a', 'b'))).toBe(true);
    lock.release();
  });
});
