import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileBlobStore } from '../../src/transport/file-blobs.js';
import { sha256 } from './support.js';

describe('blobs in a folder', () => {
  let directory: string;
  let blobs: FileBlobStore;
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-blobs-'));
    blobs = new FileBlobStore(path.join(directory, 'blobs'));
  });
  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  const body = Buffer.from('some media');
  const digest = sha256(body);

  it('are what was put, from memory or from a file, once', async () => {
    const place = await blobs.put(body, digest);
    const file = path.join(directory, 'captured.ts');
    fs.writeFileSync(file, body);
    expect(await blobs.put({ file, bytes: body.length }, digest)).toEqual(place);
    const stored = await blobs.open(place.key);
    expect(stored.bytes).toBe(body.length);
    expect(Buffer.from(await stored.read())).toEqual(body);
    await stored.saveTo(path.join(directory, 'saved.ts'));
    expect(fs.readFileSync(path.join(directory, 'saved.ts'))).toEqual(body);
    expect(fs.readdirSync(path.join(directory, 'blobs', digest.slice(0, 2)))).toEqual([digest]);
  });

  it('are nothing else in the file system', async () => {
    fs.writeFileSync(path.join(directory, 'secret'), 'secret');
    for (const key of ['../secret', 'secret', `${digest.slice(0, 2)}/../../secret`, '/etc/passwd', ''])
      await expect(blobs.open(key)).rejects.toMatchObject({ code: 'SP_NOT_FOUND' });
    await expect(blobs.open(`${digest.slice(0, 2)}/${digest}`)).rejects.toMatchObject({
      code: 'SP_NOT_FOUND',
    });
  });

  it('are removed when they are old', async () => {
    expect(await blobs.removeBefore(Date.now())).toBe(0);
    await blobs.put(body, digest);
    expect(await blobs.removeBefore(Date.now() - 60_000)).toBe(0);
    expect(await blobs.removeBefore(Date.now() + 60_000)).toBe(1);
    await expect(blobs.open(`${digest.slice(0, 2)}/${digest}`)).rejects.toMatchObject({
      code: 'SP_NOT_FOUND',
    });
  });

  it('stay when they are lasting, beside others of the same bytes', async () => {
    const { key } = await blobs.put(body, digest, true);
    await blobs.put(body, digest);
    fs.writeFileSync(path.join(directory, 'blobs', 'README'), "somebody else's");
    expect(await blobs.removeBefore(Date.now() + 60_000)).toBe(1);
    expect(Buffer.from(await (await blobs.open(key)).read())).toEqual(body);
  });
});
