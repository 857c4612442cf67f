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
    await service.request('POST', '/v1/catalogues', { as, json: { name: 'films' } });
    const { items } = (await service.request('GET', '/v1/audit', { as: 'administrator' })).json;
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      actor: 'rights-holder',
      action: 'catalogue.create',
      target: '/v1/catalogues/films',
      detail: { fields: ['name'] },
    });
    const verified = await streamprint(['audit', 'verify', '--data', service.data]);
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringMatching(/^1 entries, as they were/)]);
    const listed = await streamprint(['audit', 'list', '--data', service.data, '--json']);
    expect(listed.json[0]).toMatchObject({ seq: 1, actor: 'rights-holder' });
  });
});
