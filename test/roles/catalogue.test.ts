import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { configFrom } from '../../src/config.js';
import { openBus } from '../../src/roles/bus.js';
import { catalogueGoesBy } from '../../src/roles/catalogue.js';
import { openWorkersCatalogue, type WorkersCatalogue } from '../../src/roles/workers-catalogue.js';
import type { Bus } from '../../src/transport/index.js';
import { describeWith } from '../engines/available.js';
import { kafka } from '../engines/kafka.js';
import { streamprint } from '../support/cli.js';
import { makeProgramme } from '../support/programme.js';
import { TestBroker } from '../transport/kafka/broker.js';
import { until } from '../transport/support.js';

// Servers and programs start slowly where much else runs.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

describe('how workers have the catalogue', () => {
  it('is by the bus where there are brokers, else from the data directory, or as it is set', async () => {
    const brokers = { STREAMPRINT_KAFKA: 'one.invalid:9092' };
    expect(catalogueGoesBy(configFrom({}))).toBe('data');
    expect(catalogueGoesBy(configFrom(brokers))).toBe('bus');
    expect(catalogueGoesBy(configFrom({ ...brokers, STREAMPRINT_CATALOGUE: 'data' }))).toBe('data');
    const refused = await streamprint(['catalogue', 'publish'], { STREAMPRINT_CATALOGUE: 'bus' });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('[SP_USAGE]') });
  });
});

await describeWith(kafka, 'the catalogue of a data directory, with a real broker', () => {
  let broker: TestBroker;
  let folder: string;
  let bus: Bus;
  let environment: Record<string, string>;
  const workers: WorkersCatalogue[] = [];
  const troubles: string[] = [];
  const file = (name: string) => path.join(folder, name);
  const command = (...args: string[]) => streamprint([...args, '--data', file('data')], environment);
  const titles = async (worker = workers[0]!) => (await worker.index.assets()).map(({ id }) => id).join();
  const open = async (data: string) => {
    const worker = await openWorkersCatalogue(configFrom(environment), file(data), bus, (message) =>
      troubles.push(message),
    );
    workers.push(worker);
    return worker;
  };

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-catalogue-'));
    broker = await TestBroker.start();
    environment = { STREAMPRINT_KAFKA: broker.engine.address };
    for (const [n, name] of ['alpha', 'beta', 'gamma'].entries())
      await makeProgramme(file(`${name}.mp4`), 60 + n, 8);
    bus = await openBus(configFrom(environment), file('worker'), 'test');
  });
  afterAll(async () => {
    for (const worker of workers) await worker.close();
    await bus?.close();
    await broker?.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('is told to the bus by the commands that change it, and followed by workers', async () => {
    expect(await command('register', file('alpha.mp4'), file('beta.mp4'))).toMatchObject({ code: 0 });
    await open('worker');
    expect(await titles()).toBe('alpha,beta');
    expect(await command('catalogue', 'exclude', 'alpha', '1-2.5')).toMatchObject({ code: 0 });
    expect(await command('catalogue', 'remove', 'beta')).toMatchObject({ code: 0 });
    await until(titles, (ids) => ids === 'alpha');
    expect(await workers[0]!.index.assets()).toMatchObject([{ excluded: [{ start: 1, end: 2.5 }] }]);
  });

  it('has as many copies as there are workers, also with one data directory', async () => {
    const second = await open('worker');
    expect(await titles(second)).toBe('alpha');
    expect(fs.readdirSync(file('worker')).sort()).toEqual(['followed', 'followed-2']);
  });

  it('is read by commands where a worker follows it', async () => {
    const list = ['catalogue', 'list', '--json', '--data', file('worker')];
    expect((await streamprint(list, environment)).json).toMatchObject([{ id: 'alpha' }]);
    expect((await streamprint(list, { ...environment, STREAMPRINT_CATALOGUE: 'data' })).json).toEqual([]);
  });

  it('keeps what the bus could not be told of, says so, and tells it later', async () => {
    await broker.engine.kill();
    const registered = await command('register', file('gamma.mp4'));
    expect(registered.code).toBe(1);
    expect(registered.stdout).toContain('added');
    expect(registered.stderr).toContain('not told of the catalogue');
    expect((await command('catalogue', 'list', '--json')).json.map(({ id }) => id)).toEqual([
      'alpha',
      'gamma',
    ]);
    expect(await titles()).toBe('alpha');
    await broker.engine.restart();
    const published = await command('catalogue', 'publish', '--json');
    expect(published).toMatchObject({ code: 0, json: [{ published: 1, retracted: 0, failed: [] }] });
    await until(titles, (ids) => ids === 'alpha,gamma', 60_000);
    expect((await command('catalogue', 'publish', '--all')).stdout).toBe(
      '2 published, 0 taken away, 0 failed\n',
    );
  });

  it('is read where it is when that is asked for, and nothing is told', async () => {
    const data = { ...environment, STREAMPRINT_CATALOGUE: 'data', STREAMPRINT_KAFKA_PREFIX: 'other' };
    expect(await streamprint(['register', file('alpha.mp4'), '--data', file('near')], data)).toMatchObject({
      code: 0,
    });
    const near = await openWorkersCatalogue(configFrom(data), file('near'), bus, () => undefined);
    expect(near.follower).toBeNull();
    expect(await titles(near)).toBe('alpha');
    await near.close();
    expect((await broker.topics()).some(({ name }) => name.startsWith('other'))).toBe(false);
  });

  it('that is not on the bus is pointed out to a worker that finds nothing there', async () => {
    const other = { ...environment, STREAMPRINT_KAFKA_PREFIX: 'another' };
    const empty = await openBus(configFrom(other), file('data'), 'test');
    const told: string[] = [];
    const worker = await openWorkersCatalogue(configFrom(other), file('data'), empty, (text) =>
      told.push(text),
    );
    await worker.close();
    await empty.close();
    expect(told).toEqual([expect.stringContaining('catalogue publish')]);
  });
});
