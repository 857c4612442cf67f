import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { assetId } from '../../src/domain/ids.js';
import { wholeFacts } from '../../src/rights/asset-input.js';
import { Assets } from '../../src/rights/assets.js';
import { ReferenceJobs } from '../../src/rights/reference-jobs.js';
import { openRightsDatabase } from '../../src/rights/rights-store.js';
import { EmbeddedAssetSearch } from '../../src/rights/search/embedded-asset-search.js';
import { assetSearchContract, everyAsset } from './asset-search-contract.js';
import { WITHOUT_ASSET_FEED } from './earlier-version.js';

function openStore() {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-assets-'));
  const database = openRightsDatabase(data);
  const clock = { now: 0 };
  const assets = new Assets(database, () => clock.now);
  const close = async () => {
    database.close();
    fs.rmSync(data, { recursive: true, force: true });
  };
  const jobs = new ReferenceJobs(database, assets, () => clock.now);
  return { data, database, clock, assets, jobs, search: new EmbeddedAssetSearch(database), close };
}

assetSearchContract('the store', async () => openStore());

it('finds the same among more than it puts in order at once', async () => {
  const store = openStore();
  store.database.transaction(() => {
    for (let n = 0; n < 2100; n++)
      store.assets.create('films', assetId(`w${n}`), wholeFacts({ title: `Fluß ${n % 7} Ärger` }));
  });
  const found = await everyAsset(store.search, { visible: null, text: 'arger fluß' }, '-title', 300);
  expect(new Set(found.map(({ id }) => id)).size).toBe(2100);
  expect((await everyAsset(store.search, { visible: null, text: '3 fluß arg' }, 'id', 90)).length).toBe(300);
  expect(await everyAsset(store.search, { visible: null, text: 'rger' }, 'id', 90)).toEqual([]);
  await store.close();
});

it('finds assets of a list that an earlier version wrote', async () => {
  const store = openStore();
  store.assets.create('films', assetId('one'), wholeFacts({ title: 'Élan', titles: { ja: '東京' } }));
  store.database.exec(`${WITHOUT_ASSET_FEED} UPDATE assets SET words = 'one\nelan'`);
  const database = openRightsDatabase(store.data);
  const search = new EmbeddedAssetSearch(database);
  expect(await everyAsset(search, { visible: null, text: '京 elan' }, '-title', 5)).toMatchObject([
    { id: 'one' },
  ]);
  database.close();
  await store.close();
});
