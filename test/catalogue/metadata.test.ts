import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assetFromName, readMetadata } from '../../src/catalogue/metadata.js';

let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-metadata-'));
});
afterAll(() => fs.rm(folder, { recursive: true }));

async function csv(text: string): Promise<string> {
  const file = path.join(folder, `${Math.random()}.csv`);
  await fs.writeFile(file, text);
  return file;
}

describe('metadata', () => {
  it('without a table is made of the file name', () => {
    expect(assetFromName('mine', '/x/Der Große Film (2).mkv')).toMatchObject({
      catalogue: 'mine',
      id: 'der-große-film-2',
      title: 'Der Große Film (2)',
    });
  });

  it('gives the asset of a file, relative to the table', async () => {
    const file = await csv(
      '\ufefffile,title,asset_id,eidr,isan,isrc,rights_holder,territories,valid_from,valid_to\r\n' +
        'a.mp4,"Film, the",film,10.5240/AAAA,,,Studio,"DE, AT",2026-01-01,2027-01-01\r\n',
    );
    const metadata = await readMetadata(file, 'mine');
    expect(metadata.errors).toEqual([]);
    expect(metadata.assetFor(path.join(folder, 'a.mp4'))).toMatchObject({
      catalogue: 'mine',
      id: 'film',
      title: 'Film, the',
      eidr: '10.5240/AAAA',
      isan: null,
      rightsHolder: 'Studio',
      territories: ['DE', 'AT'],
      validTo: '2027-01-01',
    });
    expect(metadata.assetFor(path.join(folder, 'b.mp4'))).toBeNull();
  });

  it('names the row of an id that is missing or repeated, and keeps the good rows', async () => {
    const file = await csv('file,asset_id,valid_from\na.mp4,a\nb.mp4,\nc.mp4,a\nd.mp4,d,soon\ne.mp4,e\n');
    const metadata = await readMetadata(file, 'mine');
    expect(metadata.errors.map((error) => error.message)).toEqual([
      `row 3 of ${file} (b.mp4) has no asset_id.`,
      `row 4 of ${file} (c.mp4) repeats asset_id a of row 2.`,
      `row 5 of ${file} (d.mp4) has valid_from "soon", which is no ISO 8601 date.`,
    ]);
    expect(metadata.assetFor(path.join(folder, 'e.mp4'))).toMatchObject({ id: 'e', title: 'e' });
    expect(metadata.assetFor(path.join(folder, 'b.mp4'))).toMatchObject({ code: 'SP_CSV' });
  });

  it('gives excluded intervals, and names the row of one that cannot be used', async () => {
    const many = Array.from({ length: 1001 }, (_, i) => `${2 * i}-${2 * i + 1}`).join(';');
    const file = await csv(
      'file,asset_id,excluded\na.mp4,a,95-100; 12.5-30;20-31.25;\nb.mp4,b,\nc.mp4,c,12.5\nd.mp4,d,30-12.5\n' +
        `e.mp4,e,0-345601\nf.mp4,f,-3-4\ng.mp4,g,${many}\n`,
    );
    const metadata = await readMetadata(file, 'mine');
    expect(metadata.assetFor(path.join(folder, 'a.mp4'))).toMatchObject({
      excluded: [
        { start: 12.5, end: 31.25 },
        { start: 95, end: 100 },
      ],
    });
    expect(metadata.assetFor(path.join(folder, 'b.mp4'))).toMatchObject({ excluded: null });
    const bad = (row: number, name: string) => expect.stringContaining(`row ${row} of ${file} (${name}): `);
    expect(metadata.errors.map((error) => error.message)).toEqual([
      bad(4, 'c.mp4'),
      bad(5, 'd.mp4'),
      bad(6, 'e.mp4'),
      bad(7, 'f.mp4'),
      bad(8, 'g.mp4'),
    ]);
  });

  it('that is no table is refused in a sentence that names the file', async () => {
    await expect(readMetadata(path.join(folder, 'none.csv'), 'mine')).rejects.toMatchObject({
      code: 'SP_INPUT_MISSING',
    });
    const file = await csv('name;id\nx;y\n');
    await expect(readMetadata(file, 'mine')).rejects.toThrow(`${file} has no column "file"`);
  });
});
