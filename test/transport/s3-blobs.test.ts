import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { configFrom } from '../../src/config.js';
import { blobStore } from '../../src/roles/bus.js';
import { S3BlobStore } from '../../src/transport/s3/s3-blobs.js';
import { describeWith } from '../engines/available.js';
import type { Engine } from '../engines/engine.js';
import { S3_BUCKET, S3_KEY, S3_KEY_ID, s3 } from '../engines/s3.js';
import { describeBlobs } from './blobs-contract.js';
import { sha256 } from './support.js';

// Servers and programs start slowly where much else runs.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

await describeWith(s3, 'with a real server', () => {
  let folder: string;
  let server: Engine;
  let count = 0;
  const store = (key = S3_KEY, path = `${S3_BUCKET}/test-${count++}`) =>
    new S3BlobStore({
      url: `http://${server.address}/${path}`,
      region: 'us-east-1',
      accessKeyId: S3_KEY_ID,
      secretAccessKey: key,
    });
  const put = (blobs: S3BlobStore, body = randomBytes(100)) => blobs.put(body, sha256(body));

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-s3-'));
    server = await s3.start(folder);
  });
  afterAll(async () => {
    await server?.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  describeBlobs('S3', async () => store());

  it('deletes more than one list names, and leaves what is lasting or in another prefix', async () => {
    const blobs = store();
    const other = store();
    await put(other);
    await blobs.put(Buffer.from('kept'), sha256(Buffer.from('kept')), true);
    for (let i = 0; i < 1010; i += 10) await Promise.all(Array.from({ length: 10 }, () => put(blobs)));
    expect(await blobs.removeBefore(Date.now() + 60_000)).toBe(1010);
    expect(await blobs.removeBefore(Date.now() + 60_000)).toBe(0);
    expect(await other.removeBefore(Date.now() + 60_000)).toBe(1);
  });

  it('is what the configuration asks for', async () => {
    const address = { STREAMPRINT_BLOBS: `http://${server.address}/${S3_BUCKET}` };
    expect(() => blobStore(configFrom(address), folder)).toThrow('STREAMPRINT_S3_KEY_ID');
    const keys = { STREAMPRINT_S3_KEY_ID: S3_KEY_ID, STREAMPRINT_S3_KEY: S3_KEY };
    const place = await blobStore(configFrom({ ...address, ...keys }), folder)!.put(
      Buffer.from('x'),
      sha256(Buffer.from('x')),
    );
    expect(place.store).toBe('s3');
  });

  it('says what is wrong, and nothing of the key', async () => {
    for (const [blobs, reason] of [
      [store('wrong'), '403 SignatureDoesNotMatch'],
      [store(S3_KEY, 'no-bucket/x'), '404 NoSuchBucket'],
    ] as const) {
      const failure = await put(blobs).catch((error: Error) => error);
      expect(failure).toMatchObject({ code: 'SP_BUS_UNAVAILABLE', message: expect.stringContaining(reason) });
      expect((failure as Error).message).not.toContain(S3_KEY);
    }
    await expect(store().put(Buffer.from('a'), sha256(Buffer.from('b')))).rejects.toMatchObject({
      code: 'SP_BUS_UNAVAILABLE',
    });
  });

  it('gets over a server that comes back, and says so when it does not', async () => {
    const blobs = store();
    const body = randomBytes(1000);
    await server.kill();
    // It may be given up before the server is back, and is tried again then.
    const putting = blobs.put(body, sha256(body)).catch(() => null);
    await server.restart();
    expect((await putting) ?? (await blobs.put(body, sha256(body)))).toMatchObject({ store: 's3' });
    await server.kill();
    await expect(put(blobs)).rejects.toMatchObject({
      code: 'SP_BUS_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await server.restart();
  });
});
