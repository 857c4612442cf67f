import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { assetId } from '../../src/domain/ids.js';
import { wholeFacts } from '../../src/rights/asset-input.js';
import { Assets } from '../../src/rights/assets.js';
import { openRightsDatabase } from '../../src/rights/rights-store.js';

it('tells the policies of several assets at once, in their order', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-assets-'));
  const database = openRightsDatabase(folder);
  const assets = new Assets(database, () => 0);
  const names = ['film', 'fi"lm', 'Größe, 1'];
  for (const name of names)
    assets.create('studio', assetId(name), { ...wholeFacts({ title: name }), policy: 'record' });
  assets.create('other', assetId('film'), { ...wholeFacts({ title: 'film' }), policy: 'ignore' });
  const asked = [...names, 'film', 'nothing'].map((id) => ({ catalogue: 'studio', assetId: id }));
  const known = assets.policiesOf([{ catalogue: 'other', assetId: 'film' }, ...asked]);
  expect(known).toEqual(['ignore', 'record', 'record', 'record', 'record', null]);
  expect(assets.policiesOf([])).toEqual([]);
  database.close();
  fs.rmSync(folder, { recursive: true, force: true });
});
