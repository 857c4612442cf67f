import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Access } from '../../src/access/access.js';
import { Database } from '../../src/storage/database.js';
import { streamprint } from '../support/cli.js';
import { startService, type TestService } from '../support/service.js';

describe('the audit log', () => {
  let folder: string;
  let access: Access;
  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-audit-'));
    access = await Access.open(folder);
    for (let i = 1; i <= 5; i++)
      access.audit.append({
        actor: 'anna',
        action: 'asset.update',
        target: `/a/${i}`,
        detail: { b: 1, a: [i] },
      });
  });
  afterAll(async () => {
    access.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  /** What verifying says after a change behind its back; the change is undone. */
  function problemAfter(sql: string): string | null {
    const database = Database.open(path.join(folder, 'access', 'access.db'));
    database.exec('CREATE TABLE kept AS SELECT * FROM audit');
    database.exec(sql);
    const { problem } = access.audit.verify();
    database.exec('DELETE FROM audit; INSERT INTO audit SELECT * FROM kept; DROP TABLE kept');
    database.close();
    return problem;
  }

  it('verifies what is as it was written', () => {
    expect(access.audit.verify()).toMatchObject({ entries: 5, last: { seq: 5 }, problem: null });
  });

  it('shows what was changed, removed, added or moved', () => {
    expect(problemAfter("UPDATE audit SET actor = 'bert' WHERE seq = 3")).toBe('Entry 3 was changed.');
    expect(problemAfter("UPDATE audit SET detail = '{}' WHERE seq = 5")).toBe('Entry 5 was changed.');
    expect(problemAfter('DELETE FROM audit WHERE seq = 2')).toBe('Entry 2 is missing.');
    expect(problemAfter('DELETE FROM audit WHERE seq = 1')).toBe('Entry 1 is missing.');
    expect(problemAfter('UPDATE audit SET prev_hash = hash WHERE seq = 4')).toBe(
      'Entry 4 does not follow the one before.',
    );
    expect(problemAfter("UPDATE audit SET detail = 'x' WHERE seq = 4")).toBe('Entry 4 cannot be read.');
  });

  it('shows that its end was cut off to those who noted it', () => {
    const { last } = access.audit.verify();
    expect(access.audit.verify(last).problem).toBeNull();
    const database = Database.open(path.join(folder, 'access', 'access.db'));
    database.exec('DELETE FROM audit WHERE seq = 5');
    database.close();
    expect(access.audit.verify().problem).toBeNull();
    expect(access.audit.verify(last).problem).toMatch(/cut off/);
  });
});

describe('what is begun', () => {
  let folder: string;
  let access: Access;
  const note = { actor: 'anna', action: 'asset.update', target: '/a', detail: { key: 'k' } };
  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-audit-begun-'));
    access = await Access.open(folder);
  });
  afterAll(async () => {
    access.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('becomes one entry when it ends, none when it changed nothing, and an unknown one when nobody ended it', () => {
    const [first, second] = [access.audit.begin(note), access.audit.begin(note)];
    access.audit.begin({ ...note, target: '/left' });
    expect(access.audit.begun).toBe(3);
    access.audit.end(second, { ...note, target: '/a/2' });
    access.audit.drop(first);
    expect(access.audit.list({}, 10)).toMatchObject([{ seq: 1, target: '/a/2', detail: { key: 'k' } }]);
    expect([access.audit.settle(), access.audit.settle(), access.audit.begun]).toEqual([1, 0, 0]);
    expect(access.audit.list({}, 1)).toMatchObject([
      {
        seq: 2,
        target: '/left',
        detail: { key: 'k', begun: expect.any(String), outcome: 'unknown: the service was stopped' },
      },
    ]);
    expect(access.audit.verify()).toMatchObject({ entries: 2, problem: null });
  });

  it('can be noted in a log that an earlier version wrote', async () => {
    const older = Database.open(path.join(folder, 'access', 'access.db'));
    older.exec('DROP TABLE audit_begun; PRAGMA user_version = 1');
    older.close();
    const { audit } = access;
    const upgraded = await Access.open(folder);
    upgraded.audit.end(upgraded.audit.begin(note), note);
    expect(audit.verify()).toMatchObject({ entries: 3, problem: null });
    upgraded.close();
  });
});

describe('changes by the service', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it('are noted with who made them, once, and those that failed are not', async () => {
    const as = 'rights-holder';
    const headers = { 'idempotency-key': 'once' };
    for (let i = 0; i < 2; i++)
      await service.request('POST', '/v1/catalogues', { as, json: { name: 'films' }, headers });
    const again = await service.request('POST', '/v1/catalogues', { as, json: { name: 'films' } });
    expect(again.status).toBe(409);
    const { items } = (await service.request('GET', '/v1/audit', { as: 'administrator' })).json;
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      actor: 'rights-holder',
      action: 'catalogue.create',
      target: '/v1/catalogues/films',
      detail: { fields: ['name'] },
    });
    const verified = await streamprint(['audit', 'verify', '--data', service.data]);
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringMatching(/^1 entries, as they were[^\n]*\n$/),
    ]);
    const listed = await streamprint(['audit', 'list', '--data', service.data, '--json']);
    expect(listed.json[0]).toMatchObject({ seq: 1, actor: 'rights-holder' });
  });
});
