import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Bus } from '../../../src/transport/bus.js';
import type { BusEngine } from '../../../src/transport/engine.js';
import { openKafkaBus } from '../../../src/transport/index.js';
import { describeWith } from '../../engines/available.js';
import { kafka } from '../../engines/kafka.js';
import { segment, until } from '../support.js';
import { TestBroker } from './broker.js';
import { Journal, Load } from './journal.js';

const TOPIC = 'streamprint.segments';
const MIB = 1024 * 1024;
const STREAMS = ['a', 'b', 'c', 'd', 'e', 'f'];
const LONG = { timeout: 170_000 };

await describeWith(kafka, 'the bus when things break', () => {
  let broker: TestBroker;
  let bus: Bus;
  let engine: BusEngine;
  let prefix: string;
  let count = 0;
  const troubles: string[] = [];
  const waitFor = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  beforeAll(async () => {
    broker = await TestBroker.start();
  });
  afterAll(() => broker?.dispose());
  beforeEach(async () => {
    prefix = `faults-${count++}`;
    ({ bus, engine } = await broker.bus(prefix, null, {
      sendTimeout: 120_000,
      onTrouble: (message) => troubles.push(message),
    }));
  });
  afterEach(() => bus.close());

  /** All that was acknowledged had its effect, once, in order. */
  const expectAllOnce = async (load: Load, journal: Journal) => {
    await until(
      () => journal.count,
      (effects) => effects >= load.count,
      60_000,
    );
    expect(journal.missing).toBe(0);
    for (const [stream, sent] of load.sent)
      expect(journal.effects.get(stream), stream).toEqual(Array.from({ length: sent }, (_, n) => n));
  };
  const consume = (journal: Journal) =>
    bus.consume({ group: 'workers', topics: [TOPIC], handle: (delivery) => journal.take(delivery) });

  it('loses nothing when the broker is killed under load and comes back, twice', LONG, async () => {
    const journal = new Journal();
    await consume(journal);
    const load = new Load(bus, STREAMS, 20, 50_000);
    for (let kills = 0; kills < 2; kills++) {
      const before = load.count;
      await until(
        () => load.count,
        (sent) => sent > before + 50,
        60_000,
      );
      await broker.engine.kill();
      await broker.engine.restart();
    }
    const before = load.count;
    await until(
      () => load.count,
      (sent) => sent > before + 50,
      60_000,
    );
    await load.stop();
    await expectAllOnce(load, journal);
    expect(bus.stats.health.restarts).toBeGreaterThan(0);
    expect(bus.stats.health.state).toBe('up');
  });

  it('holds what is sent while the broker is away for 30 s, and says that it is', LONG, async () => {
    const journal = new Journal();
    await consume(journal);
    const load = new Load(bus, STREAMS, 50, 20_000);
    await until(
      () => journal.count,
      (effects) => effects > 20,
    );
    await broker.engine.stop();
    await until(
      () => bus.stats.health.state,
      (state) => state === 'down',
    );
    await waitFor(30_000);
    expect(bus.stats.health.waiting.records).toBeGreaterThan(0);
    const before = load.count;
    await broker.engine.restart();
    await until(
      () => load.count,
      (sent) => sent > before + 30,
      60_000,
    );
    await load.stop();
    await expectAllOnce(load, journal);
    expect(bus.stats.health).toMatchObject({ state: 'up', waiting: { records: 0, bytes: 0 } });
    expect(troubles.some((message) => message.startsWith('Kafka'))).toBe(true);
  });

  it('delivers to another worker what a killed one had begun, in order', LONG, async () => {
    const doomed = spawn(
      process.execPath,
      [fileURLToPath(new URL('./doomed-worker.js', import.meta.url)), ...[broker.engine.address, prefix]],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let said = '';
    doomed.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const numbers = (what: string, stream: string) =>
      [...said.matchAll(new RegExp(`^${what} ${stream} (\\d+)$`, 'gm'))].map((match) => Number(match[1]));
    const load = new Load(bus, STREAMS, 20, 5000);
    await until(
      () => said.split('\n').length,
      (lines) => lines > 200,
      60_000,
    );
    doomed.kill('SIGKILL');
    const journal = new Journal();
    const seen: { stream: string; sequence: number }[] = [];
    await bus.consume({
      group: 'workers',
      topics: [TOPIC],
      handle: async (delivery) => {
        if (delivery.type === 'segment/1')
          seen.push({ stream: delivery.content.stream.id, sequence: delivery.content.sequence });
        await journal.take(delivery);
      },
    });
    await until(
      () => journal.count,
      (effects) => effects > 50,
      60_000,
    );
    await load.stop();
    await until(
      () => STREAMS.map((stream) => [stream, journal.effects.get(stream)?.at(-1) ?? -1] as const),
      (last) => last.every(([stream, sequence]) => sequence === load.sent.get(stream)! - 1),
      60_000,
    );
    for (const stream of STREAMS) {
      const begun = numbers('begun', stream);
      const done = numbers('done', stream);
      const [first] = journal.effects.get(stream)!;
      // Nothing between what the first had done and what the second was given; what it had only begun comes again.
      expect(first).toBeLessThanOrEqual(done.at(-1)! + 1);
      expect(begun.length).toBeGreaterThan(0);
      expect(journal.effects.get(stream)).toEqual(
        Array.from({ length: load.sent.get(stream)! - first! }, (_, n) => first! + n),
      );
      const sequences = seen.filter((one) => one.stream === stream).map(({ sequence }) => sequence);
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    }
    expect(journal.missing).toBe(0);
  });

  it('does everything once while workers come and go under load', LONG, async () => {
    // What workers share: a store of effects, each stored with how far its stream has come.
    const journal = new Journal();
    const load = new Load(bus, STREAMS, 20, 20_000);
    const workers = [await consume(journal)];
    const more = async (count: number) => {
      const before = journal.count;
      await until(
        () => journal.count,
        (effects) => effects > before + count,
        60_000,
      );
    };
    await more(30);
    workers.push(await consume(journal));
    await more(30);
    workers.push(await consume(journal));
    await more(30);
    await workers[0]!.close();
    await more(30);
    await workers[1]!.close();
    await more(30);
    await load.stop();
    await expectAllOnce(load, journal);
  });

  it('makes its topics once when several programs start at the same time', LONG, async () => {
    const buses = await Promise.all([1, 2, 3].map(() => broker.bus('together', null)));
    const { draft, body } = segment('a', 0);
    for (const { bus: one } of buses) await one.publish(TOPIC, draft, body);
    await Promise.all(buses.map(({ bus: one }) => one.close()));
  });

  it('refuses a topic that cannot carry what it must, and says what to set', LONG, async () => {
    const admin = new Kafka({ brokers: [broker.engine.address], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic: 'small.segments' }] });
    await until(
      () => admin.listTopics(),
      (topics) => topics.includes('small.segments'),
    );
    await admin.disconnect();
    await expect(broker.bus('small', null)).rejects.toMatchObject({
      code: 'SP_BUS_TOPIC',
      message:
        'The topic small.segments cannot carry what it must: set max.message.bytes=9437184 (kafka-configs.sh --alter).',
    });
  });

  it('refuses a message of 30 MiB, and takes those beside it', LONG, async () => {
    const large = segment('a', 0, 30 * MIB);
    await expect(bus.publish(TOPIC, large.draft, large.body)).rejects.toMatchObject({
      code: 'SP_MESSAGE_TOO_LARGE',
      message: 'A body of 31457280 bytes is too large for a message (8388608), and there is no blob store.',
    });
    const [first, second] = [segment('b', 0), segment('b', 1)];
    const beside = [
      bus.publish(TOPIC, first.draft, first.body),
      // What a client would do that does not know the limit.
      engine.send({ topic: TOPIC, key: 'a', headers: {}, value: large.body }),
      bus.publish(TOPIC, second.draft, second.body),
    ];
    await expect(beside[1]).rejects.toMatchObject({
      code: 'SP_MESSAGE_TOO_LARGE',
      message: expect.stringContaining('The broker refuses the message'),
    });
    await Promise.all([beside[0], beside[2]]);
    const journal = new Journal();
    await consume(journal);
    await until(
      () => journal.effects.get('b'),
      (effects) => effects?.length === 2,
    );
  });

  it('says that no broker answers, and which', LONG, async () => {
    await expect(openKafkaBus({ brokers: ['127.0.0.1:1'] }, { blobs: null })).rejects.toMatchObject({
      code: 'SP_BUS_UNAVAILABLE',
      message: expect.stringContaining('127.0.0.1:1'),
    });
  });
});
