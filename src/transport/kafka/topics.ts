import kafkajs, { type Admin, type ITopicConfig, type Kafka } from 'kafkajs';
import { StreamprintError } from '../../domain/errors.js';
import { pause } from '../../domain/pause.js';
import { factsOf, TOPIC_NAMES, type Topic } from '../topics.js';
import { type KafkaOptions, MIB } from './connection.js';
import { Names } from './names.js';

const DEFAULT_PARTITIONS = 12;
const LEADERS_WITHIN_MS = 30_000;
const POLL_MS = 100;
/** For so long it is known that a compacted topic had something: whoever was away for less goes on where he was. */
const DAY_MS = 24 * 3600_000;
/** More than the largest record. */
const MIN_FILE_BYTES = 10 * MIB;

/**
 * Creates the topics that are missing and checks the others.
 * @throws SP_BUS_TOPIC for one that cannot carry what it must, saying what to set
 */
export async function ensureTopics(kafka: Kafka, options: KafkaOptions): Promise<void> {
  const admin = kafka.admin();
  const names = new Names(options.prefix);
  await admin.connect();
  try {
    const all = new Set(await admin.listTopics());
    const missing = TOPIC_NAMES.filter((topic) => !all.has(names.ofTopic(topic)));
    const there = TOPIC_NAMES.filter((topic) => all.has(names.ofTopic(topic)));
    // Another process may be quicker: then there is nothing left to be created.
    if (missing.length > 0)
      await admin.createTopics({
        waitForLeaders: false,
        topics: missing.map((topic) => configurationOf(topic, names, options)),
      });
    await led(
      admin,
      missing.map((topic) => names.ofTopic(topic)),
    );
    await check(admin, there, names);
  } finally {
    await admin.disconnect();
  }
}

/**
 * Waits until new topics can be written to. kafkajs can wait too, but takes it for a failure that a broker has not
 * heard of them yet.
 */
async function led(admin: Admin, topics: string[]): Promise<void> {
  const deadline = Date.now() + LEADERS_WITHIN_MS;
  while (topics.length > 0) {
    try {
      const { topics: known } = await admin.fetchTopicMetadata({ topics });
      if (
        known.every(
          ({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0),
        )
      )
        return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error(`${topics.join(', ')}: no broker leads them`);
    await pause(POLL_MS);
  }
}

function configurationOf(topic: Topic, names: Names, options: KafkaOptions): ITopicConfig {
  const { compacted, maxBytes, media } = factsOf(topic);
  const { retention, bytes, fileBytes } = keptOf(topic, options);
  const settings: Record<string, string> = {
    'max.message.bytes': String(maxBytes),
    // Media does not get smaller, and trying costs the broker what the decoder needs.
    'compression.type': 'uncompressed',
    'cleanup.policy': compacted ? 'compact' : 'delete',
    ...(compacted && { 'delete.retention.ms': String(DAY_MS) }),
    ...(!compacted && { 'retention.ms': String(retention) }),
    ...(bytes !== null && { 'retention.bytes': String(bytes) }),
    // The broker's clock is one; those of probes are many.
    ...(media && { 'message.timestamp.type': 'LogAppendTime' }),
    ...(fileBytes !== null && { 'segment.bytes': String(fileBytes) }),
    ...(compacted && fileBytes !== null && { 'min.cleanable.dirty.ratio': '0.1' }),
  };
  return {
    topic: names.ofTopic(topic),
    // What is read from its start to its end is read in one order.
    numPartitions: media ? (options.partitions ?? DEFAULT_PARTITIONS) : 1,
    replicationFactor: options.replicationFactor ?? -1,
    configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
  };
}

/** How long (ms) and how much of a partition (bytes; null = all) a topic keeps, in files of what size. */
function keptOf(topic: Topic, { segments }: KafkaOptions) {
  const { retention, fileBytes } = factsOf(topic);
  if (topic !== 'streamprint.segments' || !segments)
    return { retention: retention * 1000, bytes: null, fileBytes };
  const { bytes } = segments;
  if (bytes === null) return { ...segments, fileBytes };
  // Whole files go, so that there is always up to one more than is to be kept.
  return { ...segments, fileBytes: Math.max(MIN_FILE_BYTES, Math.min(fileBytes ?? bytes, bytes / 4)) };
}

async function check(admin: Admin, topics: readonly Topic[], names: Names): Promise<void> {
  if (topics.length === 0) return;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((topic) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: names.ofTopic(topic),
      configNames: ['max.message.bytes', 'cleanup.policy'],
    })),
  });
  for (const { resourceName, configEntries } of resources) {
    const { compacted, maxBytes } = factsOf(names.topicOf(resourceName));
    const value = (name: string) =>
      configEntries.find((entry) => entry.configName === name)?.configValue ?? '';
    const wrong =
      Number(value('max.message.bytes')) < maxBytes
        ? `max.message.bytes=${maxBytes}`
        : value('cleanup.policy').includes('compact') !== compacted
          ? `cleanup.policy=${compacted ? 'compact' : 'delete'}`
          : null;
    if (wrong !== null)
      throw new StreamprintError(
        'SP_BUS_TOPIC',
        `The topic ${resourceName} cannot carry what it must: set ${wrong} (kafka-configs.sh --alter).`,
      );
  }
}
