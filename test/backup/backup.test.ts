import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SearchFeed } from '../../src/detections/search-feed.js';
import { assetId, detectionId } from '../../src/domain/ids.js';
import { openRightsDatabase } from '../../src/rights/rights-store.js';
import { AssetFeed } from '../../src/rights/search/asset-feed.js';
import { streamprint } from '../support/cli.js';
import { detection } from '../support/detection.js';
import { tellDetection } from '../support/detection-message.js';
import { startService, type TestService } from '../support/service.js';
import { makeProgrammes } from '../survival/programmes.js';
import { until } from '../transport/support.js';

/** Names by which what is copied of a data directory for search is told from that of others. */
function feedsOf(data: string): string[] {
  return [AssetFeed.of(openRightsDatabase(data)), SearchFeed.open(data)].map((feed) => {
    const { name } = feed;
    feed.close();
    return name;
  });
}

describe('backup and restore', () => {
  let folder: string;
  let service: TestService;
  let key: string;
  let number = 0;
  const file = (name: string) => path.join(folder, name);
  const ask = async (route: string) =>
    (await service.request('GET', route, { headers: { authorization: `Bearer ${key}` } })).json;
  const detections = async () =>
    (await ask('/v1/detections?limit=200')).items as { id: string; state: string }[];
  const tell = (name: string, of: number) =>
    tellDetection(
      service.service.bus,
      'opened',
      detection({
        id: detectionId(`77777777-0000-4000-8000-${String(of).padStart(12, '0')}`),
        assetId: assetId(name),
      }),
      ++number,
    );

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-backup-'));
    await makeProgrammes(file('programmes'), ['alpha'], 20);
    await streamprint(['register', file('programmes'), '--data', file('data'), '--json']);
    service = await startService({ data: file('data') });
    key = service.key('administrator');
    await service.request('POST', '/v1/alerts/rules', { as: 'administrator', json: { name: 'All' } });
    for (let i = 0; i < 20; i++) await tell('alpha', i);
    await until(detections, (all) => all.length === 20, 60_000);
  }, 180_000);
  afterAll(async () => {
    await service?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('copies what there is while the service works on', async () => {
    const telling = (async () => {
      for (let i = 20; i < 60; i++) await tell('alpha', i);
    })();
    const made = await streamprint(['backup', file('backup'), '--data', file('data'), '--json']);
    await telling;
    expect(made.stderr).toBe('');
    expect(made.json[0]).toMatchObject({ what: 'backed up' });
    const manifest = JSON.parse(await fs.readFile(file('backup/backup.json'), 'utf8'));
    const paths = manifest.files.map((one: { path: string }) => one.path);
    expect(paths).toEqual(
      expect.arrayContaining(['access/access.db', 'detections/detections.db', 'events/events.db']),
    );
    expect(paths.filter((one: string) => /^bus|lock\.|-wal$/.test(one))).toEqual([]);
  });

  it('makes a service of it that knows all, and goes on', async () => {
    await service.close();
    const restored = await streamprint(['restore', file('backup'), '--data', file('again'), '--json']);
    expect(restored.json[0]).toMatchObject({ what: 'restored' });
    const list = await streamprint(['catalogue', 'list', '--data', file('again'), '--json']);
    expect(list.json).toMatchObject([{ id: 'alpha' }]);
    // What was copied of the old one for search is none of the new one's.
    const [ofAssets, ofDetections] = feedsOf(file('data'));
    const anew = feedsOf(file('again'));
    expect(anew).not.toContain(ofAssets);
    expect(anew).not.toContain(ofDetections);
    service = await startService({ data: file('again') });
    const found = await detections();
    expect(found.length).toBeGreaterThanOrEqual(20);
    expect(found.every(({ state }) => state === 'closed')).toBe(true);
    expect((await ask('/v1/alerts/rules')).items).toMatchObject([{ name: 'All' }]);
    number = 0;
    await tell('alpha', 1000);
    const more = await until(detections, (all) => all.length > found.length, 60_000);
    expect(more.filter(({ state }) => state === 'open')).toHaveLength(1);
  }, 60_000);

  it('refuses what is damaged, not whole, or in use', async () => {
    const over = await streamprint(['restore', file('backup'), '--data', file('again')]);
    expect(over.stderr).toContain('is not empty');
    const inside = await streamprint(['backup', file('again/inside'), '--data', file('again')]);
    expect(inside.stderr).toContain('a backup goes elsewhere');
    const victim = file('backup/access/access.db');
    const bytes = await fs.readFile(victim);
    bytes[200] = bytes[200]! ^ 1;
    await fs.writeFile(victim, bytes);
    const damaged = await streamprint(['restore', file('backup'), '--data', file('third')]);
    expect(damaged.stderr).toContain('access/access.db of the backup is not as it was written');
    await expect(fs.access(file('third'))).rejects.toThrow();
    await fs.rm(file('backup/backup.json'));
    const half = await streamprint(['restore', file('backup'), '--data', file('third')]);
    expect(half.stderr).toContain('holds no backup that is whole');
  }, 60_000);
});
