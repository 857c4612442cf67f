import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore } from '../../src/transport/blobs.js';
import { sha256 } from './support.js';

/** What every blob store has to do. @param prepare makes an empty one */
export function describeBlobs(name: string, prepare: (directory: string) => Promise<BlobStore>): void {
  describe(`blobs (${name})`, () => {
    let directory: string;
    let blobs: BlobStore;
    beforeEach(async () => {
      directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-blobs-'));
      blobs = await prepare(directory);
    });
    afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

    const body = Buffer.from('some media');
    const digest = sha256(body);
    const notThere = { code: 'SP_NOT_FOUND' };

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
      fs.writeFileSync(path.join(directory, 'other.ts'), 'other');
      await expect(stored.saveTo(path.join(directory, 'other.ts'))).rejects.toThrow('EEXIST');
      expect(fs.readFileSync(path.join(directory, 'other.ts'), 'utf8')).toBe('other');
    });

    it('may be large', async () => {
      const large = Buffer.alloc(12 * 1024 * 1024, 'x');
      const file = path.join(directory, 'large.ts');
      fs.writeFileSync(file, large);
      const { key } = await blobs.put({ file, bytes: large.length }, sha256(large));
      const stored = await blobs.open(key);
      expect(stored.bytes).toBe(large.length);
      expect(sha256(await stored.read())).toBe(sha256(large));
      await stored.saveTo(path.join(directory, 'saved.ts'));
      expect(sha256(fs.readFileSync(path.join(directory, 'saved.ts')))).toBe(sha256(large));
    });

    it('are nothing else that lies there', async () => {
      fs.writeFileSync(path.join(directory, 'secret'), 'secret');
      for (const key of ['../secret', 'secret', `${digest.slice(0, 2)}/../../secret`, '/etc/passwd', ''])
        await expect(blobs.open(key)).rejects.toMatchObject(notThere);
      await expect(blobs.open(`${digest.slice(0, 2)}/${digest}`)).rejects.toMatchObject(notThere);
    });

    it('are removed when they are old', async () => {
      expect(await blobs.removeBefore(Date.now())).toBe(0);
      const { key } = await blobs.put(body, digest);
      expect(await blobs.removeBefore(Date.now() - 60_000)).toBe(0);
      expect(await blobs.removeBefore(Date.now() + 60_000)).toBe(1);
      await expect(blobs.open(key)).rejects.toMatchObject(notThere);
    });

    it('stay when they are lasting, beside others of the same bytes', async () => {
      const { key } = await blobs.put(body, digest, true);
      await blobs.put(body, digest);
      expect(await blobs.removeBefore(Date.now() + 60_000)).toBe(1);
      expect(Buffer.from(await (await blobs.open(key)).read())).toEqual(body);
    });
  });
}
