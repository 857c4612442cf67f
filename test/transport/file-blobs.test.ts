import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { FileBlobStore } from '../../src/transport/file-blobs.js';
import { describeBlobs } from './blobs-contract.js';

describeBlobs('in a folder', async (directory) => new FileBlobStore(path.join(directory, 'blobs')));

it('what lies in the folder of blobs and is none stays', async () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-blobs-'));
  fs.writeFileSync(path.join(directory, 'README'), "somebody else's");
  expect(await new FileBlobStore(directory).removeBefore(Date.now() + 60_000)).toBe(0);
  expect(fs.readdirSync(directory)).toEqual(['README']);
  fs.rmSync(directory, { recursive: true });
});
