import { spawnSync } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSources } from '../../src/capture/index.js';
import { LiveSource } from './live-source.js';
import { fakeMedia, QUICK, withFolder } from './support.js';

describe('a disk that is full', () => {
  let source: LiveSource;
  beforeAll(async () => {
    source = await LiveSource.start();
  });
  afterAll(() => source.close());

  test('loses segments until there is space again, and leaves nothing half written', async (context) => {
    await withFolder(async (folder) => {
      const spool = join(folder, 'small');
      await mkdir(spool);
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', spool]);
      if (mounted.status !== 0) context.skip('a small file system can only be mounted by root');
      try {
        const filler = join(spool, 'filler');
        await writeFile(filler, Buffer.alloc(64 * 1024));
        for (let n = 0; n < 50; n++)
          source.segmentHandlers.set(
            `/${n}.ts`,
            (_, response) => void response.end(fakeMedia(`${n}`, 32_000)),
          );
        const { captures } = await openSources([source.url], {
          spool,
          signal: new AbortController().signal,
          timing: QUICK,
        });
        const lost: string[] = [];
        for await (const event of captures[0]?.events ?? []) {
          source.move(event.type === 'lost' || event.type === 'segment' ? 1 : 0);
          if (event.type === 'lost') {
            lost.push(event.reason);
            if (lost.length === 1) expect(await readdir(spool)).toEqual(['filler']);
            if (lost.length === 2) await rm(filler);
          }
          if (event.type === 'segment') break;
        }
        expect(lost.slice(0, 2)).toEqual([`no space left in ${spool}`, `no space left in ${spool}`]);
      } finally {
        spawnSync('umount', [spool]);
      }
    });
  });
});
