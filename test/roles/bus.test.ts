import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configFrom } from '../../src/config.js';
import { openBus } from '../../src/roles/bus.js';
import { describeWith } from '../engines/available.js';
import { kafka } from '../engines/kafka.js';
import { streamprint } from '../support/cli.js';
import { TestBroker } from '../transport/kafka/broker.js';
import { segment } from '../transport/support.js';

const TOPIC = 'streamprint.segments';

describe('the bus of the configuration', () => {
  let data: string;
  beforeEach(() => {
    data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-roles-'));
  });
  afterEach(() => fs.rmSync(data, { recursive: true, force: true }));
  const filesIn = (...folder: string[]) =>
    fs
      .readdirSync(path.join(data, ...folder), { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile());

  it('lies in the data directory where no broker is configured, with its blobs', async () => {
    const bus = await openBus(configFrom({ STREAMPRINT_INLINE_MAX_BYTES: '5000' }), data, 'test');
    try {
      await expect(openBus(configFrom({}), data, 'test')).rejects.toMatchObject({ code: 'SP_DATA_LOCKED' });
      const small = segment('one', 0, 5000);
      await bus.publish(TOPIC, small.draft, small.body);
      expect(fs.existsSync(path.join(data, 'blobs'))).toBe(false);
      const large = segment('one', 1, 5001);
      await bus.publish(TOPIC, large.draft, large.body);
      expect(filesIn('blobs').map(({ name }) => name)).toEqual([large.draft.content.sha256]);
      expect(fs.existsSync(path.join(data, 'bus', 'bus.db'))).toBe(true);
    } finally {
      await bus.close();
    }
  });

  it('is refused where settings do not go together', async () => {
    const environment = { STREAMPRINT_KAFKA: 'none.invalid:9092' };
    for (const [more, named] of [
      [{ STREAMPRINT_KAFKA_USER: 'me', STREAMPRINT_KAFKA_PASSWORD: 'x' }, 'STREAMPRINT_KAFKA_SASL'],
      [{ STREAMPRINT_KAFKA_TLS_CA: '-----BEGIN CERTIFICATE-----' }, 'STREAMPRINT_KAFKA_TLS=1'],
      [{ STREAMPRINT_KAFKA_TLS: '1', STREAMPRINT_KAFKA_TLS_KEY: '-----BEGIN KEY-----' }, 'TLS_CERT'],
    ] as const)
      await expect(openBus(configFrom({ ...environment, ...more }), data, 'test')).rejects.toMatchObject({
        code: 'SP_USAGE',
        message: expect.stringContaining(named),
      });
  });
});

await describeWith(kafka, 'the bus of the configuration, over Kafka', () => {
  it('uses the brokers, the prefix and the blob store', async () => {
    const broker = await TestBroker.start();
    const data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-roles-'));
    const environment = {
      STREAMPRINT_KAFKA: broker.engine.address,
      STREAMPRINT_KAFKA_PREFIX: 'configured',
      STREAMPRINT_KAFKA_PARTITIONS: '2',
      STREAMPRINT_INLINE_MAX_BYTES: '5000',
      STREAMPRINT_KAFKA_SEGMENTS_RETENTION_MS: '120000',
      STREAMPRINT_KAFKA_SEGMENTS_RETENTION_BYTES: String(64 * 1024 * 1024),
    };
    const large = segment('one', 1, 5001);
    try {
      const doctor = async (more: Record<string, string>) =>
        (await streamprint(['doctor', '--json', '--data', data], { ...environment, ...more })).json.find(
          ({ what }) => what === 'bus',
        );
      expect(await doctor({})).toMatchObject({
        fine: true,
        found: `Kafka at ${broker.engine.address}: 1 broker, without a blob store`,
      });
      expect(await doctor({ STREAMPRINT_KAFKA: '127.0.0.1:1' })).toMatchObject({
        fine: false,
        found: expect.stringContaining('127.0.0.1:1 cannot be used'),
      });
      expect((await broker.topics()).some(({ name }) => name.startsWith('configured'))).toBe(false);
      const without = await openBus(configFrom(environment), data, 'test');
      await expect(without.publish(TOPIC, large.draft, large.body)).rejects.toMatchObject({
        code: 'SP_MESSAGE_TOO_LARGE',
      });
      await without.close();
      const STREAMPRINT_BLOBS = path.join(data, 'elsewhere');
      const bus = await openBus(configFrom({ ...environment, STREAMPRINT_BLOBS }), data, 'test');
      await bus.publish(TOPIC, large.draft, large.body);
      expect(fs.readdirSync(STREAMPRINT_BLOBS)).toHaveLength(1);
      await bus.close();
      const topics = await broker.topics();
      expect(topics).toContainEqual({ name: 'configured.segments', partitions: 2 });
      expect(await broker.settingsOf('configured.segments')).toMatchObject({
        'retention.ms': '120000',
        'retention.bytes': String(64 * 1024 * 1024),
        'segment.bytes': String(16 * 1024 * 1024),
      });
      expect(await broker.settingsOf('configured.fingerprints')).toMatchObject({
        'retention.ms': String(24 * 3600_000),
        'retention.bytes': '-1',
      });
    } finally {
      await broker.dispose();
      fs.rmSync(data, { recursive: true, force: true });
    }
  }, 240_000);
});
