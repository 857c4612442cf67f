import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configFrom } from '../../src/config.js';
import { BlobSweep } from '../../src/roles/blob-sweep.js';
import { blobStore } from '../../src/roles/bus.js';
import { sha256, until } from '../transport/support.js';

const HOUR = 3600_000;

describe('old bodies in the blob store', () => {
  let data: string;
  const troubles: string[] = [];
  const onTrouble = (message: string) => void troubles.push(message);
  beforeEach(() => {
    data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-sweep-'));
  });
  afterEach(() => fs.rmSync(data, { recursive: true, force: true }));

  it('go when no message names them any more, and again later', async () => {
    const config = configFrom({ STREAMPRINT_BLOBS_HOURS: '3' });
    const blobs = blobStore(config, data)!;
    const put = async (text: string, age: number) => {
      const { key } = await blobs.put(Buffer.from(text), sha256(Buffer.from(text)));
      const then = new Date(Date.now() - age);
      fs.utimesSync(path.join(data, 'blobs', key), then, then);
      return path.join(data, 'blobs', key);
    };
    const [old, young] = [await put('old', 4 * HOUR), await put('young', 2 * HOUR)];
    await BlobSweep.of(config, data, onTrouble).close();
    expect([fs.existsSync(old), fs.existsSync(young)]).toEqual([false, true]);

    const sweep = new BlobSweep(blobs, { keep: 3 * HOUR, onTrouble, every: 10 });
    const later = await put('later', 4 * HOUR);
    await until(
      () => fs.existsSync(later),
      (there) => !there,
    );
    await sweep.close();
    expect(fs.existsSync(young)).toBe(true);
    expect(troubles).toEqual([]);
  });

  it('that cannot be deleted are told of, and nothing else stops', async () => {
    fs.writeFileSync(path.join(data, 'blobs'), 'no folder');
    await BlobSweep.of(configFrom({}), data, onTrouble).close();
    expect(troubles).toEqual([expect.stringContaining('could not be deleted')]);
  });
});
