import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageOf } from '../../../src/domain/errors.js';
import { openEmbeddedIndexWriter } from '../../../src/reference-index/embedded/index.js';
import { Layout } from '../../../src/reference-index/embedded/layout.js';
import { registrationOf, syntheticFingerprint } from '../synthetic.js';
import { removeDirectory, temporaryDirectory } from '../temporary.js';

const CHILD = fileURLToPath(new URL('./full-disk-child.js', import.meta.url));

interface Report {
  code: string;
  message: string;
  registered: number;
  references: number;
  segments: number;
  isWhole: boolean;
  troubles: string[];
}

describe('the embedded index, no room left', () => {
  let directory: string;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => removeDirectory(directory));

  function expectWhole(report: Report, data: string): void {
    expect(report).toMatchObject({ code: 'SP_DISK_FULL', isWhole: true, troubles: [] });
    expect(report.message).toContain(path.join(data, 'references'));
    expect(report.references).toBe(report.registered);
    const files = fs.readdirSync(new Layout(data).segments);
    expect(files).toHaveLength(report.segments);
    expect(files.filter((name) => !name.endsWith('.seg'))).toEqual([]);
  }

  const extra = () =>
    registrationOf(syntheticFingerprint(500, { seconds: 20 }), { bytes: 'extra', asset: 'extra' });

  it('says so when a file may not grow, keeps what it had and goes on', async () => {
    // 512 KB a file: a title of 40 minutes needs more.
    const output = execFileSync('sh', [
      '-c',
      'ulimit -f 1024 && exec "$0" "$@"',
      process.execPath,
      CHILD,
      directory,
    ]);
    const report = JSON.parse(output.toString()) as Report;
    expectWhole(report, directory);
    expect(report.registered).toBe(1);
    const writer = await openEmbeddedIndexWriter(directory);
    expect(await writer.register([extra()])).toEqual(['added']);
    await writer.close();
  });

  it('says so when the file system is full, keeps what it had and goes on', async (context) => {
    const mount = path.join(directory, 'small');
    fs.mkdirSync(mount);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mount], { stdio: 'pipe' });
    } catch (error) {
      context.skip(`a small file system cannot be mounted here: ${messageOf(error).trim()}`);
    }
    try {
      const report = JSON.parse(execFileSync(process.execPath, [CHILD, mount]).toString()) as Report;
      expectWhole(report, mount);
      expect(report.registered).toBeGreaterThan(1);
      const writer = await openEmbeddedIndexWriter(mount);
      const references = await writer.references({});
      expect(references).toHaveLength(report.registered);
      await expect(writer.compact()).rejects.toMatchObject({ code: 'SP_DISK_FULL' });
      await writer.close();
      execFileSync('mount', ['-o', 'remount,size=16m', mount], { stdio: 'pipe' });
      const again = await openEmbeddedIndexWriter(mount);
      expect(await again.register([extra()])).toEqual(['added']);
      await again.compact();
      expect(await again.stats()).toMatchObject({ segments: 1, references: report.registered + 1 });
      expect(await again.verify()).toEqual([]);
      await again.close();
    } finally {
      execFileSync('umount', ['-l', mount]);
    }
  });
});
