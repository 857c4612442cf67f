import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import kafkajs, { type Admin, Kafka, logLevel } from 'kafkajs';
import { Bus } from '../../../src/transport/bus.js';
import type { FileBlobStore } from '../../../src/transport/file-blobs.js';
import type { KafkaOptions } from '../../../src/transport/kafka/connection.js';
import { KafkaEngine } from '../../../src/transport/kafka/kafka-engine.js';
import type { Engine } from '../../engines/engine.js';
import { kafka } from '../../engines/kafka.js';

/** A broker of its own for a file of tests. */
export class TestBroker {
  private constructor(
    readonly engine: Engine,
    private readonly directory: string,
  ) {}

  static async start(): Promise<TestBroker> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-kafka-'));
    return new TestBroker(await kafka.start(directory), directory);
  }

  /** A bus with topics of its own; four groups of streams. */
  async bus(prefix: string, blobs: FileBlobStore | null, options: Partial<KafkaOptions> = {}) {
    const engine = await KafkaEngine.open({
      brokers: [this.engine.address],
      prefix,
      partitions: 4,
      ...options,
    });
    return { engine, bus: new Bus(engine, { blobs }) };
  }

  /** What the broker has, as another client sees it. */
  async topics(): Promise<{ readonly name: string; readonly partitions: number }[]> {
    return this.#ask(async (admin) => {
      const { topics } = await admin.fetchTopicMetadata();
      return topics.map(({ name, partitions }) => ({ name, partitions: partitions.length }));
    });
  }

  /** Changes settings of a topic. */
  async configure(topic: string, settings: Readonly<Record<string, string>>): Promise<void> {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    const { TOPIC } = kafkajs.ConfigResourceTypes;
    await this.#ask((admin) =>
      admin.alterConfigs({ validateOnly: false, resources: [{ type: TOPIC, name: topic, configEntries }] }),
    );
  }

  /** What a topic is set to. */
  async settingsOf(topic: string): Promise<Readonly<Record<string, string>>> {
    const { TOPIC } = kafkajs.ConfigResourceTypes;
    const { resources } = await this.#ask((admin) =>
      admin.describeConfigs({ includeSynonyms: false, resources: [{ type: TOPIC, name: topic }] }),
    );
    return Object.fromEntries(
      resources.flatMap(({ configEntries }) =>
        configEntries.map(({ configName, configValue }) => [configName, configValue]),
      ),
    );
  }

  async #ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = new Kafka({ brokers: [this.engine.address], logLevel: logLevel.NOTHING }).admin();
    try {
      await admin.connect();
      return await question(admin);
    } finally {
      await admin.disconnect();
    }
  }

  async dispose(): Promise<void> {
    await this.engine.kill();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}
