import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddedIndexWriter } from '../../src/reference-index/embedded/index.js';
import { LentCatalogue } from '../../src/rights/lent-catalogue.js';

describe('the catalogue of a service', () => {
  let folder: string;
  const lent: LentCatalogue[] = [];
  const lend = (): LentCatalogue => {
    const open = async () => {
      const index = await openEmbeddedIndexWriter(folder);
      opened++;
      return { index, close: () => index.close() };
    };
    const catalogue = new LentCatalogue({ open, onTrouble: (error) => expect.fail(String(error)) });
    lent.push(catalogue);
    return catalogue;
  };
  let opened = 0;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-lent-'));
    opened = 0;
  });
  afterEach(async () => {
    for (const one of lent.splice(0)) await one.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('is opened once for all who use it at the same time, and soon after', async () => {
    const catalogue = lend();
    const assets = await Promise.all([1, 2, 3].map(() => catalogue.change((index) => index.assets())));
    expect(assets).toEqual([[], [], []]);
    await catalogue.change(async () => undefined);
    expect(opened).toBe(1);
  });

  it('is let go when it is not used, so that another process gets it', async () => {
    await lend().change(async () => undefined);
    await lend().change(async () => undefined, 60_000);
    expect(opened).toBe(2);
  });

  it('says that another process has it when that takes too long, and works again later', async () => {
    const other = await openEmbeddedIndexWriter(folder);
    const catalogue = lend();
    await expect(catalogue.change(async () => undefined, 0)).rejects.toMatchObject({
      code: 'SP_DATA_LOCKED',
    });
    const patient = catalogue.change(async () => 'had it', 60_000);
    await other.close();
    expect(await patient).toBe('had it');
  });

  it('is closed when those who use it have ended, and not opened again', async () => {
    const catalogue = lend();
    let isDone = false;
    const work = catalogue.change(async (index) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await index.stats();
      isDone = true;
    });
    await catalogue.close();
    expect(isDone).toBe(true);
    await work;
    await expect(catalogue.change(async () => undefined)).rejects.toMatchObject({ code: 'SP_DATA_LOCKED' });
    await (await openEmbeddedIndexWriter(folder)).close();
  });

  it('passes on what its users throw, and stays usable', async () => {
    const catalogue = lend();
    await expect(catalogue.change(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(await catalogue.change(async () => 1)).toBe(1);
  });
});
