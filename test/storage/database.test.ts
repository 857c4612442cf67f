import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../src/storage/database.js';
import { newestVersion, prepareSchema, type Schema, schemaState } from '../../src/storage/schema.js';

describe('the database', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-database-'));
    file = path.join(directory, 'with space, % and ?.db');
  });
  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  it('gives back what was stored, blobs and nulls and large numbers among it', () => {
    const database = Database.open(file);
    database.exec('CREATE TABLE t (a, b, c, d)');
    const row = { a: Uint8Array.of(1, 2, 3), b: null, c: 2 ** 45 + 1, d: 'naïve 影' };
    expect(database.run('INSERT INTO t VALUES (?, ?, ?, ?)', row.a.subarray(0), row.b, row.c, row.d)).toBe(1);
    expect(database.get('SELECT * FROM t')).toEqual(row);
    expect(database.get('SELECT * FROM t WHERE c = ?', 5)).toBeUndefined();
    database.close();
    expect(fs.existsSync(file)).toBe(true);
  });

  it('undoes all of a transaction that throws', () => {
    const database = Database.open(file);
    database.exec('CREATE TABLE t (a PRIMARY KEY)');
    const failing = () =>
      database.transaction(() => {
        database.run('INSERT INTO t VALUES (?)', 1);
        database.run('INSERT INTO t VALUES (?)', 1);
      });
    expect(failing).toThrow(/UNIQUE/);
    expect(database.all('SELECT * FROM t')).toEqual([]);
    database.transaction(() => database.run('INSERT INTO t VALUES (?)', 2));
    expect(database.all('SELECT * FROM t')).toEqual([{ a: 2 }]);
    database.close();
  });

  it('tells a reader when another connection has committed', () => {
    const writer = Database.open(file);
    writer.exec('CREATE TABLE t (a)');
    const reader = Database.open(file);
    const before = reader.dataVersion;
    expect(reader.dataVersion).toBe(before);
    writer.run('INSERT INTO t VALUES (?)', 1);
    expect(reader.dataVersion).not.toBe(before);
    writer.close();
    reader.close();
  });

  it('reports a file that is no database as damaged, naming its directory', () => {
    fs.writeFileSync(file, 'no database at all '.repeat(1000));
    expect(() => Database.open(file)).toThrow(
      expect.objectContaining({ code: 'SP_DATA_CORRUPT', message: expect.stringContaining(directory) }),
    );
  });

  describe('its schema', () => {
    const schema: Schema = {
      what: 'test data',
      create: 'CREATE TABLE t (a, b DEFAULT 7, c DEFAULT 8)',
      migrations: ['ALTER TABLE t ADD COLUMN b DEFAULT 7', 'ALTER TABLE t ADD COLUMN c DEFAULT 8'],
    };

    it('is created in an empty database', () => {
      const database = Database.open(file);
      expect(schemaState(database, schema)).toBe('empty');
      expect(prepareSchema(database, schema)).toBeNull();
      expect(database.userVersion).toBe(newestVersion(schema));
      expect(prepareSchema(database, schema)).toBeNull();
      database.close();
      expect(fs.readdirSync(directory).filter((name) => name.endsWith('.bak'))).toEqual([]);
    });

    it('is brought from any older version to the newest, after a copy', () => {
      const database = Database.open(file);
      database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA user_version = 1');
      expect(schemaState(database, schema)).toBe('older');
      const copy = prepareSchema(database, schema);
      expect(copy).toBe(`${file}.v1.bak`);
      expect(database.all('SELECT * FROM t')).toEqual([{ a: 1, b: 7, c: 8 }]);
      database.close();
      const before = Database.open(copy!);
      expect(before.userVersion).toBe(1);
      expect(before.all('SELECT * FROM t')).toEqual([{ a: 1 }]);
      before.close();
    });

    it('stays as it was when a migration fails', () => {
      const database = Database.open(file);
      database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA user_version = 1');
      const failing = { ...schema, migrations: [schema.migrations[0]!, 'ALTER TABLE missing ADD COLUMN c'] };
      expect(() => prepareSchema(database, failing)).toThrow(/missing/);
      expect(database.userVersion).toBe(1);
      expect(database.all('SELECT * FROM t')).toEqual([{ a: 1 }]);
      database.close();
    });

    it('of a newer program is refused, naming the directory and the versions', () => {
      const database = Database.open(file);
      database.exec('PRAGMA user_version = 9');
      const refusal = expect.objectContaining({
        code: 'SP_DATA_VERSION',
        message: expect.stringMatching(new RegExp(`${directory}.*version 9.*up to 3`)),
      });
      expect(() => prepareSchema(database, schema)).toThrow(refusal);
      database.close();
    });
  });
});
