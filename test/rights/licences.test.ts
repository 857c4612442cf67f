import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assetId, streamId, utcMillis } from '../../src/domain/ids.js';
import { Licences, type NewLicence, type PoliciesOf, type Policy } from '../../src/rights/licences.js';
import { openRightsDatabase } from '../../src/rights/rights-store.js';
import type { Database } from '../../src/storage/database.js';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 0, 1, 12);

describe('licences', () => {
  let folder: string;
  let database: Database;
  let licences: Licences;
  const policies = new Map<string, Policy>();

  const policiesOf: PoliciesOf = (assets) => assets.map(({ assetId }) => policies.get(assetId) ?? null);
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-licences-'));
    database = openRightsDatabase(folder);
    licences = new Licences(database, policiesOf, () => NOON);
    policies.clear();
  });
  afterEach(async () => {
    database.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const licence = (change: Partial<NewLicence>): NewLicence => ({
    catalogue: 'studio',
    assetId: null,
    streamId: null,
    host: null,
    from: null,
    to: null,
    note: '',
    ...change,
  });
  const seen = (from: number, to: number, stream = 'one', asset = 'film') => ({
    catalogue: 'studio',
    assetId: assetId(asset),
    stream: { id: streamId(stream) },
    time: { start: utcMillis(NOON + from), end: utcMillis(NOON + to) },
  });

  it('leave what nobody licensed to the policy of the asset', () => {
    expect(licences.classify(seen(0, HOUR), 'pirate.example')).toBe('alert');
    policies.set('film', 'record');
    expect(licences.classify(seen(0, HOUR), 'pirate.example')).toBe('recorded');
    policies.set('film', 'ignore');
    expect(licences.classify(seen(0, HOUR), 'pirate.example')).toBe('ignored');
  });

  it('classify a page as they classify each of it', () => {
    policies.set('other', 'record');
    licences.add(licence({ host: 'live.example.org', assetId: assetId('film') }));
    const page = [
      { detection: seen(0, HOUR), host: 'pirate.example' },
      { detection: seen(0, HOUR), host: 'live.example.org' },
      { detection: seen(0, HOUR, 'one', 'other'), host: 'live.example.org' },
    ];
    expect(licences.classifyAll(page)).toEqual(['alert', 'licensed', 'recorded']);
    expect(licences.classifyAll([])).toEqual([]);
  });

  it('of a host cover that host alone, in whatever case it is written, and none that is not known', () => {
    licences.add(licence({ host: 'Live.Example.ORG' }));
    expect(licences.classify(seen(0, HOUR), 'live.example.org')).toBe('licensed');
    expect(licences.classify(seen(0, HOUR), 'LIVE.example.org.')).toBe('licensed');
    for (const other of ['example.org', 'xlive.example.org', 'live.example.org.evil.example', null])
      expect(licences.classify(seen(0, HOUR), other)).toBe('alert');
  });

  it('of *.example.org cover what lies below, and not what only ends alike', () => {
    licences.add(licence({ host: '*.example.org' }));
    expect(licences.classify(seen(0, HOUR), 'cdn.a.example.org')).toBe('licensed');
    for (const other of ['example.org', 'badexample.org']) {
      expect(licences.classify(seen(0, HOUR), other)).toBe('alert');
    }
  });

  it('of a stream and a host want both', () => {
    licences.add(licence({ streamId: streamId('one'), host: 'a.example' }));
    expect(licences.classify(seen(0, HOUR, 'one'), 'a.example')).toBe('licensed');
    expect(licences.classify(seen(0, HOUR, 'two'), 'a.example')).toBe('alert');
    expect(licences.classify(seen(0, HOUR, 'one'), 'b.example')).toBe('alert');
  });

  it('of one asset or catalogue say nothing of another', () => {
    licences.add(licence({ assetId: assetId('film'), streamId: streamId('one') }));
    licences.add(licence({ catalogue: 'other', streamId: streamId('one') }));
    expect(licences.classify(seen(0, HOUR), null)).toBe('licensed');
    expect(licences.classify(seen(0, HOUR, 'one', 'another'), null)).toBe('alert');
  });

  it('cover what lies in their window as a whole; one may follow another', () => {
    const one = streamId('one');
    licences.add(licence({ streamId: one, from: utcMillis(NOON), to: utcMillis(NOON + HOUR) }));
    expect(licences.classify(seen(0, HOUR), null)).toBe('licensed');
    expect(licences.classify(seen(-1, HOUR), null)).toBe('alert');
    expect(licences.classify(seen(0, HOUR + 1), null)).toBe('alert');
    licences.add(licence({ streamId: one, from: utcMillis(NOON + HOUR), to: utcMillis(NOON + 2 * HOUR) }));
    expect(licences.classify(seen(0, 2 * HOUR), null)).toBe('licensed');
    expect(licences.classify(seen(HOUR / 2, 2 * HOUR + 1), null)).toBe('alert');
  });

  it('hold no more once removed, also when another process removed them', () => {
    const { id } = licences.add(licence({ streamId: streamId('one') }));
    expect(licences.classify(seen(0, HOUR), null)).toBe('licensed');
    const elsewhere = openRightsDatabase(folder);
    expect(new Licences(elsewhere, policiesOf, () => NOON).remove(id)).toBe(true);
    elsewhere.close();
    expect(licences.classify(seen(0, HOUR), null)).toBe('alert');
    expect(licences.remove(id)).toBe(false);
  });

  it('are refused where they name nobody, no host, or no time', () => {
    const window = { from: utcMillis(NOON), to: utcMillis(NOON) };
    for (const bad of [
      licence({}),
      licence({ host: 'http://a.example/' }),
      licence({ host: '*' }),
      licence({ host: '*.org' }),
      licence({ host: '*.10.0.0.1' }),
      licence({ host: 'a b.example' }),
      licence({ host: '' }),
      licence({ streamId: streamId('one'), ...window }),
    ])
      expect(() => licences.add(bad), JSON.stringify(bad)).toThrow(/licence|host/);
    expect(licences.list()).toEqual([]);
  });

  it('are listed as they were made, by catalogue and asset', () => {
    const a = licences.add(licence({ host: '[2001:DB8::1]', note: 'by letter' }));
    const b = licences.add(licence({ catalogue: 'other', assetId: assetId('film'), host: '192.0.2.1' }));
    expect(a.host).toBe('2001:db8::1');
    expect(licences.get(a.id)).toEqual(a);
    expect(licences.list({ catalogue: 'other' })).toEqual([b]);
    expect(licences.list({ assetId: assetId('film') })).toEqual([b]);
    expect(licences.classify({ ...seen(0, HOUR), catalogue: 'other' }, '192.0.2.1')).toBe('licensed');
  });
});
