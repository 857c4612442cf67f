import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { configFrom } from '../../src/config.js';
import { openBus } from '../../src/roles/bus.js';
import { describeWith } from '../engines/available.js';
import { kafka } from '../engines/kafka.js';
import { KAFKA_PASSWORD, KAFKA_USER, type SecureKafka, startSecureKafka } from '../engines/kafka-secure.js';
import { segment, until } from '../transport/support.js';

// Servers and programs start slowly where much else runs.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

await describeWith(kafka, 'Kafka over TLS, with a log-in', () => {
  let folder: string;
  let broker: SecureKafka;
  let environment: Record<string, string>;
  const open = (more: Record<string, string>) =>
    openBus(configFrom({ ...environment, ...more }), folder, 'test');

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-secure-'));
    broker = await startSecureKafka(folder);
    const ca = path.join(folder, 'ca.pem');
    const password = path.join(folder, 'password');
    fs.writeFileSync(ca, broker.ca);
    fs.writeFileSync(password, `${KAFKA_PASSWORD}\n`);
    environment = {
      STREAMPRINT_KAFKA: broker.secureAddress,
      STREAMPRINT_KAFKA_TLS: '1',
      STREAMPRINT_KAFKA_TLS_CA_FILE: ca,
      STREAMPRINT_KAFKA_SASL: 'plain',
      STREAMPRINT_KAFKA_USER: KAFKA_USER,
      STREAMPRINT_KAFKA_PASSWORD_FILE: password,
      STREAMPRINT_KAFKA_PARTITIONS: '2',
    };
  });
  afterAll(async () => {
    await broker?.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('carries messages', async () => {
    const bus = await open({});
    const { draft, body } = segment('one', 0);
    await bus.publish('streamprint.segments', draft, body);
    const seen: unknown[] = [];
    await bus.consume({
      group: 'workers',
      topics: ['streamprint.segments'],
      handle: async ({ content }) => {
        seen.push(content);
      },
    });
    await until(
      () => seen.length,
      (length) => length === 1,
      60_000,
    );
    await bus.close();
  });

  it('refuses who cannot log in, or who does not know its authority, and shows no secret', async () => {
    for (const wrong of [
      { STREAMPRINT_KAFKA_PASSWORD: 'of somebody else', STREAMPRINT_KAFKA_PASSWORD_FILE: '' },
      { STREAMPRINT_KAFKA_TLS_CA_FILE: '' },
    ] as Record<string, string>[]) {
      const failure = await open(wrong).catch((error: Error) => error);
      expect(failure).toMatchObject({ code: 'SP_BUS_UNAVAILABLE' });
      expect((failure as Error).message).not.toContain('of somebody else');
    }
  });
});
