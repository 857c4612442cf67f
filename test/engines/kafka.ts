import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { type Coordinate, hasJars, jars, missingJars } from './cache.js';
import type { Engine, EngineKind } from './engine.js';
import { findJava, hasMaven } from './java.js';
import { engineOf, freePorts, ServerProcess } from './server-process.js';

const VERSION = '4.3.1';
const ARTIFACTS: readonly Coordinate[] = [
  `org.apache.kafka:kafka_2.13:${VERSION}`,
  'org.slf4j:slf4j-simple:1.7.36',
];
const NEEDS_JAVA = 17;
const JARS = `kafka-${VERSION}`;
const artifacts = () => jars(JARS, ARTIFACTS);

/** One broker that is its own controller (KRaft), with Kafka's own defaults but for what a single node needs. */
export const kafka: EngineKind = {
  name: 'Kafka',

  async missing() {
    const isThere = (await findJava(NEEDS_JAVA)) !== null && (hasJars(JARS) || (await hasMaven()));
    return missingJars(this.name, `Java ${NEEDS_JAVA}`, isThere, artifacts);
  },

  async start(directory) {
    const [port, controller] = (await freePorts(2)) as [number, number];
    return startAt(directory, port, controller);
  },
};

/**
 * @param port of 127.0.0.1 that clients connect to
 * @param settings of the broker, besides those that a single node needs
 */
export async function startAt(
  directory: string,
  port: number,
  controller: number,
  settings: Readonly<Record<string, string | number>> = {},
): Promise<Engine> {
  const java = await findJava(NEEDS_JAVA);
  if (java === null) throw new Error((await kafka.missing()) ?? 'There is no Java');
  const lib = await artifacts();
  const properties = path.join(directory, 'server.properties');
  const data = path.join(directory, 'data');
  const classPath = ['-cp', path.join(lib, '*')];
  const more = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  fs.writeFileSync(properties, configuration(data, port, controller) + more.join(''));
  if (!fs.existsSync(data)) {
    const id = Buffer.from(`streamprint-${port}`.padEnd(16, '-').slice(0, 16)).toString('base64url');
    const format = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', properties];
    await promisify(execFile)(java, [...classPath, ...format]);
  }
  const address = `127.0.0.1:${port}`;
  const server = new ServerProcess(
    java,
    // Short runs: a small heap, and no time spent on optimising what runs for a minute.
    [
      '-Xmx512m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    ]
      .concat(classPath)
      .concat('kafka.Kafka', properties),
    path.join(directory, 'log'),
    () => answers(address),
  );
  await server.start();
  return engineOf(address, server);
}

function configuration(data: string, port: number, controller: number): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
`;
}

async function answers(address: string): Promise<void> {
  const client = new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    retry: { retries: 0 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    if ((await admin.describeCluster()).brokers.length === 0) throw new Error('The broker is not registered');
  } finally {
    await admin.disconnect();
  }
}
