import net from 'node:net';
import { type ISocketFactory, Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bus } from '../../../src/transport/bus.js';
import type { BusEngine } from '../../../src/transport/engine.js';
import { Health } from '../../../src/transport/kafka/health.js';
import { Names } from '../../../src/transport/kafka/names.js';
import { Sender } from '../../../src/transport/kafka/sender.js';
import type { OutRecord } from '../../../src/transport/record.js';
import { describeWith } from '../../engines/available.js';
import { kafka } from '../../engines/kafka.js';
import { TestBroker } from './broker.js';

const PREFIX = 'sender';

await describeWith(kafka, 'a sender whose broker hears but is not heard', () => {
  let broker: TestBroker;
  let bus: Bus;
  let engine: BusEngine;
  let isDeaf = false;

  beforeAll(async () => {
    broker = await TestBroker.start();
    ({ bus, engine } = await broker.bus(PREFIX, null));
  });
  afterAll(async () => {
    await bus?.close();
    await broker?.dispose();
  });

  /** A socket that loses what comes back, for as long as that is asked for. */
  const socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = net.connect({ host, port }, onConnect);
    const emit = socket.emit.bind(socket);
    socket.emit = (event: string, ...args: unknown[]) =>
      isDeaf && event === 'data' ? true : emit(event, ...args);
    return socket;
  };

  it('does not have the next record taken for one that the broker has stored already', async () => {
    const client = new Kafka({
      brokers: [broker.engine.address],
      logLevel: logLevel.NOTHING,
      requestTimeout: 500,
      retry: { initialRetryTime: 50, retries: 1 },
      socketFactory,
    });
    const health = new Health(() => undefined);
    const sender = new Sender(client, new Names(PREFIX), health, {
      sendTimeout: 1000,
      maxWaitingBytes: 1_000_000,
    });
    const record = (value: string): OutRecord => ({
      topic: 'streamprint.matches',
      key: 'one',
      headers: {},
      value: Buffer.from(value),
    });
    await sender.send(record('first'));
    isDeaf = true;
    await expect(sender.send(record('second'))).rejects.toMatchObject({ code: 'SP_BUS_UNAVAILABLE' });
    isDeaf = false;
    await sender.send(record('third'));
    await sender.close();

    const stored: string[] = [];
    const reader = await engine.read('streamprint.matches', 0, async ({ value }) => {
      stored.push(Buffer.from(await value!.read()).toString());
    });
    await reader.caughtUp;
    await reader.close();
    // The second was refused and is there nevertheless, as the error says; the third was acknowledged.
    expect(stored[0]).toBe('first');
    expect(stored.at(-1)).toBe('third');
    expect(new Set(stored)).toEqual(new Set(['first', 'second', 'third']));
    expect(health.restarts).toBeGreaterThan(0);
  });
});
