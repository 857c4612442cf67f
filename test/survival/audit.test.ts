import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../samples/random.js';
import { Access } from '../../src/access/access.js';
import type { AuditEntry } from '../../src/access/audit.js';
import { Database } from '../../src/storage/database.js';
import { streamprint } from '../support/cli.js';
import { makeKey, type ServiceProcess, startServiceProcess } from '../support/service-process.js';
import { until } from '../transport/support.js';

const KILLS = 5;
const AT_ONCE = 4;
const SEED = 'killed between a change and its entry';

/** The real service, killed while it changes things: each change has an entry in the audit log. */
describe('the audit log of a service that is killed', () => {
  let data: string;
  let key: string;
  let service: ServiceProcess;
  /** Ids of assets whose making was acknowledged. */
  const acknowledged: string[] = [];

  const post = (route: string, json: object) =>
    fetch(service.url + route, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(json),
    });
  const create = async (id: string): Promise<boolean> => {
    const { status } = await post('/v1/assets', { catalogue: 'films', id, title: id });
    expect(status).toBe(201);
    acknowledged.push(id);
    return true;
  };
  /** Makes one asset after the other until the service is gone. */
  const createUntilKilled = async (prefix: string): Promise<void> => {
    for (let n = 0; ; n++) {
      const isMade = await create(`${prefix}-${n}`).catch((error: unknown) => {
        if (error instanceof TypeError) return false;
        throw error;
      });
      if (!isMade) return;
    }
  };
  /** What another process reads there. */
  const inAccess = async <T>(work: (access: Access) => T): Promise<T> => {
    const access = await Access.open(data);
    try {
      return work(access);
    } finally {
      access.close();
    }
  };
  const entries = (): Promise<AuditEntry[]> => inAccess(({ audit }) => audit.list({}, 1_000_000).reverse());
  const assets = (): string[] => {
    const database = Database.open(path.join(data, 'rights', 'rights.db'));
    try {
      return database.all<{ id: string }>('SELECT id FROM assets').map(({ id }) => id);
    } finally {
      database.close();
    }
  };
  const isUnknown = ({ detail }: AuditEntry) => String(detail.outcome ?? '').startsWith('unknown');
  /** The asset that an entry tells of. */
  const assetOf = (entry: AuditEntry): string =>
    isUnknown(entry) ? (entry.detail.named as { id: string }).id : entry.target.split('/').at(-1)!;
  const creations = (all: readonly AuditEntry[]) => all.filter(({ action }) => action === 'asset.create');

  beforeAll(async () => {
    data = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-survival-audit-'));
    service = await startServiceProcess(data);
    key = await makeKey(data, 'default', 'rights-holder');
    expect((await post('/v1/catalogues', { name: 'films' })).status).toBe(201);
  }, 180_000);
  afterAll(async () => {
    await service?.kill();
    await fs.rm(data, { recursive: true, force: true });
  });

  it('tells of what was done and not yet told when the service was killed, once it starts again', async () => {
    // No entry is taken from here on: so the service is between the change and its entry until it is killed.
    const held = Database.open(path.join(data, 'access', 'access.db'));
    held.exec(`CREATE TRIGGER held BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'held'); END`);
    const answer = await post('/v1/assets', { catalogue: 'films', id: 'unsaid', title: 'Unsaid' });
    expect(answer.status).toBe(500);
    await until(assets, (ids) => ids?.includes('unsaid') ?? false, 60_000);
    await service.kill();
    held.exec('DROP TRIGGER held');
    held.close();
    expect(creations(await entries())).toEqual([]);
    const before = await streamprint(['audit', 'verify', '--data', data]);
    expect(before.stdout).toContain('1 change was begun');

    service = await startServiceProcess(data);
    const told = creations(await entries());
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      actor: 'default-rights-holder',
      target: '/v1/assets',
      detail: {
        named: { catalogue: 'films', id: 'unsaid' },
        outcome: 'unknown: the service was stopped',
        begun: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    });
    acknowledged.push('unsaid');
  }, 240_000);

  it(`has each change and each acknowledgement once, through ${KILLS} kills at any moment`, async () => {
    const random = new Random(SEED);
    for (let kill = 0; kill < KILLS; kill++) {
      const working = Array.from({ length: AT_ONCE }, (_, n) => createUntilKilled(`a${kill}-${n}`));
      const before = acknowledged.length;
      await until(
        () => acknowledged.length,
        (n) => (n ?? 0) > before + 3,
        120_000,
      );
      await pause(random.range(0, 200));
      await service.kill();
      await Promise.all(working);
      const made = assets();
      expect(made).toEqual(expect.arrayContaining(acknowledged));

      service = await startServiceProcess(data);
      const told = creations(await entries());
      const names = told.map(assetOf);
      expect(names).toEqual([...new Set(names)]);
      expect(names).toEqual(expect.arrayContaining(made));
      const done = told.filter((entry) => !isUnknown(entry)).map(assetOf);
      expect(made).toEqual(expect.arrayContaining(done));
      const isVerified = await inAccess(({ audit }) => [audit.verify().problem, audit.begun]);
      expect(isVerified).toEqual([null, 0]);
    }
    const told = creations(await entries());
    expect(told.filter(isUnknown).length).toBeGreaterThan(1);
    expect((await service.stop()).code).toBe(0);
    service = await startServiceProcess(data);
    expect(creations(await entries())).toEqual(told);
  }, 600_000);
});
