import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchEvidence } from '../../src/probe/evidence/fetch-evidence.js';
import type { Bus, Delivery } from '../../src/transport/index.js';
import { LiveSource } from '../capture/live-source.js';
import { fakeMedia } from '../capture/support.js';
import { describeWith } from '../engines/available.js';
import { kafka } from '../engines/kafka.js';
import { TestBroker } from '../transport/kafka/broker.js';
import { sha256, until } from '../transport/support.js';
import { withScene } from './support.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const LONG = { timeout: 170_000 };

interface Told {
  readonly run: string;
  readonly from: number;
  readonly count: number;
  readonly id: string;
  readonly by: string;
}

/** What messages account for, in the order in which they came; what was sent twice counts once. */
function accountOf(received: readonly Delivery[]): Told[] {
  const seen = new Set<string>();
  return received.flatMap((one): Told[] => {
    if (one.type === 'segment/1') {
      const { run, sequence, id } = one.content;
      if (seen.has(`${run} ${sequence}`)) return [];
      seen.add(`${run} ${sequence}`);
      return [{ run, from: sequence, count: 1, id, by: '' }];
    }
    if (one.type !== 'lost/1') return [];
    const { run, sequence, count, by } = one.content;
    return [{ run, from: sequence, count, id: '', by }];
  });
}

/** Each number of each run is accounted for once, in order, and a run is over before the next begins. */
function expectWhole(account: readonly Told[]): void {
  const runs = [...new Set(account.map(({ run }) => run))];
  expect(account.map(({ run }) => runs.indexOf(run))).toEqual(
    account.map(({ run }) => runs.indexOf(run)).toSorted((a, b) => a - b),
  );
  for (const run of runs) {
    let next = 0;
    for (const { from, count } of account.filter((one) => one.run === run)) {
      expect(from).toBe(next);
      next += count;
    }
  }
}

await describeWith(kafka, 'a probe whose broker goes away', () => {
  let broker: TestBroker;
  let bus: Bus;
  let folder: string;
  let source: LiveSource;
  let moving: NodeJS.Timeout;
  let received: Delivery[];
  let count = 0;
  let prefix: string;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    broker = await TestBroker.start();
  });
  afterAll(() => broker?.dispose());
  beforeEach(async () => {
    prefix = `probe-${count++}`;
    received = [];
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-probe-faults-'));
    source = await LiveSource.start();
    for (let n = 0; n < 500; n++)
      source.segmentHandlers.set(`/${n}.ts`, (_, response) => void response.end(fakeMedia(`${n}`, 64_000)));
    source.count = 6;
    moving = setInterval(() => source.move(1), 500);
    ({ bus } = await broker.bus(prefix, null));
    await bus.consume({
      group: 'test',
      topics: ['streamprint.segments'],
      handle: async (delivery) => {
        await delivery.body?.read();
        received.push(delivery);
      },
    });
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    clearInterval(moving);
    await source.close();
    await bus.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const startProbe = (...options: string[]): ChildProcess => {
    const args = [main, 'probe', source.url, '--data', folder, '--name', 'probe-1', '--json', ...options];
    const env = {
      ...process.env,
      STREAMPRINT_KAFKA: broker.engine.address,
      STREAMPRINT_KAFKA_PREFIX: prefix,
      STREAMPRINT_KAFKA_PARTITIONS: '4',
    };
    const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
    children.push(child);
    return child;
  };
  const waiting = async (): Promise<number> => {
    const names = await fs.readdir(path.join(folder, 'probe/outbox')).catch(() => []);
    return names.filter((name) => name.endsWith('.body')).length;
  };
  const kill = async (child: ChildProcess) => {
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
  };
  const segments = () => received.filter(({ type }) => type === 'segment/1').length;

  it(
    'and is killed, and started again before the broker is back, sends all it had, in order, once',
    LONG,
    async () => {
      const first = startProbe();
      await until(segments, (n) => n >= 3, 60_000);
      await broker.engine.stop();
      await until(waiting, (n) => n >= 4, 60_000);
      await kill(first);
      const left = await waiting();
      expect(left).toBeGreaterThanOrEqual(4);
      const second = startProbe();
      // It captures while there is no broker, behind what was left.
      await until(waiting, (n) => n >= left + 3, 60_000);
      await broker.engine.restart();
      const before = segments();
      await until(segments, (n) => n >= before + left + 8, 90_000);
      const account = accountOf(received);
      expectWhole(account);
      expect(new Set(account.map(({ run }) => run)).size).toBe(2);
      expect(account.filter(({ by }) => by === 'probe')).toEqual([]);
      // One that is asked to end does, whether its broker is there or not.
      await broker.engine.stop();
      const closed = new Promise((resolve) => second.once('close', resolve));
      second.kill('SIGTERM');
      expect(await closed).toBe(0);
      await broker.engine.restart();
    },
  );

  it('for longer than its buffer holds drops the oldest, and accounts for each', LONG, async () => {
    // Room for some five segments.
    const probe = startProbe('--buffer-mib', '0.3');
    await until(segments, (n) => n >= 3, 60_000);
    await broker.engine.stop();
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    await broker.engine.restart();
    const before = segments();
    await until(segments, (n) => n >= before + 12, 90_000);
    await kill(probe);
    const account = accountOf(received);
    expectWhole(account);
    const dropped = account.filter(({ by }) => by === 'probe').reduce((sum, one) => sum + one.count, 0);
    expect(dropped).toBeGreaterThan(3);
  });

  it(
    'gives the media of a time to whoever asks over the broker, whoever restarts meanwhile',
    LONG,
    async () => {
      const probe = startProbe();
      await until(segments, (n) => n >= 4, 60_000);
      const captured = received.flatMap((one) => (one.type === 'segment/1' ? [one.content] : []));
      const { stream } = captured[0]!;
      const time = { start: captured[0]!.capture.start, end: captured.at(-1)!.capture.end };
      const ask = async (): Promise<Map<string, string>> => {
        const had = new Map<string, string>();
        const end = await fetchEvidence(
          bus,
          { stream, detection: null, time },
          {
            patience: 60_000,
            take: async ({ id }, body) => void had.set(id, sha256(await body.read())),
          },
        );
        expect(end?.segments).toBe(had.size);
        return had;
      };
      const first = await ask();
      for (const { id, sha256: digest } of captured) expect(first.get(id)).toBe(digest);
      await kill(probe);
      startProbe();
      const second = await ask();
      for (const { id, sha256: digest } of captured) expect(second.get(id)).toBe(digest);
    },
  );
});

describe('a probe whose disk is full', () => {
  it('tells what it cannot keep, and goes on when there is room again', async (context) => {
    await withScene(async ({ folder, start, received }) => {
      const small = path.join(folder, 'small');
      await fs.mkdir(small);
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small]);
      if (mounted.status !== 0) context.skip('a small file system can only be mounted by root');
      const source = await LiveSource.start();
      for (let n = 0; n < 100; n++)
        source.segmentHandlers.set(`/${n}.ts`, (_, response) => void response.end(fakeMedia(`${n}`, 64_000)));
      const moving = setInterval(() => source.move(1), 700);
      try {
        const probe = await start([source.url], {
          directory: path.join(small, 'probe'),
          ring: { maxBytes: 200_000 },
        });
        const had = () => accountOf(received);
        await until(
          () => had().length,
          (n) => n >= 2,
          30_000,
        );
        const filler = path.join(small, 'filler');
        const file = await fs.open(filler, 'w');
        const write = async () => file.write(Buffer.alloc(4096)).catch(() => null);
        while ((await write()) !== null);
        await file.close();
        await until(had, (all) => all.filter(({ by }) => by === 'probe').length >= 2, 30_000);
        await fs.rm(filler);
        const before = had().length;
        await until(had, (all) => all.slice(before).filter(({ id }) => id !== '').length >= 3, 30_000);
        expectWhole(had());
        expect(probe.stats.streams[0]!.state).toBe('live');
        await probe.stop();
      } finally {
        clearInterval(moving);
        await source.close();
        spawnSync('umount', [small]);
      }
    });
  });
});

describe('a probe whose clock is set', () => {
  it('says so, and loses nothing', async () => {
    await withScene(async ({ start, received }) => {
      const source = await LiveSource.start();
      const moving = setInterval(() => source.move(1), 700);
      let ahead = 0;
      const probe = await start([source.url], { now: () => Date.now() + ahead });
      const segments = () => received.filter(({ type }) => type === 'segment/1').length;
      await until(segments, (n) => n >= 2, 30_000);
      ahead = -3_600_000;
      const notes = () => received.flatMap((one) => (one.type === 'note/1' ? [one.content.message] : []));
      await until(notes, (all) => all.some((note) => note.includes('was set by -3600.0 s')), 30_000);
      const before = segments();
      await until(segments, (n) => n >= before + 2, 30_000);
      clearInterval(moving);
      expectWhole(accountOf(received));
      await probe.stop();
      await source.close();
    });
  });
});
