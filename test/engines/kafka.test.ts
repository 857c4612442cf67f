import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { expect, it } from 'vitest';
import { describeWith } from './available.js';
import { kafka } from './kafka.js';

await describeWith(kafka, 'Kafka for tests', () => {
  it('starts, is killed and comes back with what it was told', { timeout: 180_000 }, async () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-kafka-'));
    const broker = await kafka.start(directory);
    try {
      const admin = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 3 }] });
      await admin.disconnect();
      const first = broker.pid;
      await broker.kill();
      expect(() => broker.pid).toThrow('not running');
      await broker.restart();
      expect(broker.pid).not.toBe(first);
      await admin.connect();
      expect(await admin.listTopics()).toContain('kept');
      await admin.disconnect();
    } finally {
      await broker.stop();
      fs.rmSync(directory, { recursive: true, force: true });
    }
  });
});
