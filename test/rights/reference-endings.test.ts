import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assetId, referenceId } from '../../src/domain/ids.js';
import { ReferenceEndings } from '../../src/rights/reference-endings.js';
import { ReferenceJobs } from '../../src/rights/reference-jobs.js';
import { openRightsDatabase } from '../../src/rights/rights-store.js';
import type { Database } from '../../src/storage/database.js';
import { WITHOUT_ASSET_FEED } from './earlier-version.js';

const A_YEAR_MS = 365 * 24 * 3_600_000;

describe('ReferenceEndings', () => {
  let folder: string;
  let database: Database;
  let endings: ReferenceEndings;
  let jobs: ReferenceJobs;
  let now: number;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-endings-'));
    now = Date.parse('2026-05-01T00:00:00Z');
    open();
  });
  afterEach(() => {
    database.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const open = () => {
    database = openRightsDatabase(folder);
    endings = new ReferenceEndings(database);
    jobs = new ReferenceJobs(database, { expect: () => undefined }, () => now);
  };
  const begin = (asset: string) => {
    const facts = { catalogue: 'films', assetId: assetId(asset), title: null, source: asset, url: null };
    jobs.add({ ...facts, file: asset, createdBy: 'somebody' });
    return jobs.begin()!;
  };
  const told = (after = 0) =>
    endings.after(after, 100).map(({ number, job }) => [number, job.assetId, job.state]);
  const error = { code: 'SP_MEDIA_CORRUPT', message: 'It cannot be read.' };

  it('are told in the order in which jobs ended, each once', () => {
    const [first, second, third] = ['first', 'second', 'third'].map(begin);
    jobs.failed(second!.id, error);
    jobs.done(first!.id, referenceId('a'.repeat(64)), []);
    jobs.putOff(first!, 0, null);
    jobs.putOff(third!, 0, null);
    expect(told()).toEqual([
      [1, 'second', 'failed'],
      [2, 'first', 'done'],
    ]);
    expect(told(1)).toEqual([[2, 'first', 'done']]);
    expect(endings.last).toBe(2);
    expect(jobs.get(third!.id)?.state).toBe('waiting');
  });

  it('have numbers that are not given again when jobs are forgotten', () => {
    jobs.failed(begin('first').id, error);
    now += A_YEAR_MS;
    jobs.prune();
    expect([told(), endings.last]).toEqual([[], 1]);
    jobs.failed(begin('second').id, error);
    expect(told(1)).toEqual([[2, 'second', 'failed']]);
  });

  it('are noted from the upgrade of an older database on', () => {
    jobs.failed(begin('before').id, error);
    database.exec(WITHOUT_ASSET_FEED);
    database.exec('DROP TRIGGER reference_job_ended; DROP TABLE reference_endings; PRAGMA user_version = 1');
    database.close();
    open();
    expect([told(), endings.last]).toEqual([[], 0]);
    jobs.failed(begin('after').id, error);
    expect(told()).toEqual([[1, 'after', 'failed']]);
  });
});
