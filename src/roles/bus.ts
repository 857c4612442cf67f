import path from 'node:path';
import type { Config } from '../config.js';
import { StreamprintError } from '../domain/errors.js';
import {
  type BlobStore,
  type Bus,
  brokersOf,
  FileBlobStore,
  type KafkaOptions,
  openEmbeddedBus,
  openKafkaBus,
  S3BlobStore,
} from '../transport/index.js';

/** Whether probes, workers and the catalogue are processes of their own, which a broker lies between. */
export const isShared = ({ kafkaBrokers }: Config): boolean => kafkaBrokers !== null;

/**
 * The bus that the configuration asks for: Kafka, or the embedded one in `bus` in the data directory, which one
 * process at a time has.
 * @param name of this process, for the brokers' logs: `worker`, `madrid-2`
 * @param onTrouble told of what goes wrong and is dealt with, one sentence each
 * @throws SP_USAGE when settings do not go together
 * @throws SP_BUS_UNAVAILABLE, SP_BUS_TOPIC
 * @throws SP_DATA_LOCKED, SP_DATA_VERSION
 */
export async function openBus(
  config: Config,
  dataDirectory: string,
  name: string,
  onTrouble: (message: string) => void = () => undefined,
): Promise<Bus> {
  return open(config, dataDirectory, name, { beside: false, onTrouble });
}

/**
 * The same bus for a command that only reads and sends: the embedded one may be another process's, which works on
 * what is sent within seconds. Throws as `openBus` does; SP_DATA_LOCKED only while another process makes it.
 */
export async function openBusBeside(config: Config, dataDirectory: string, name: string): Promise<Bus> {
  return open(config, dataDirectory, name, { beside: true, onTrouble: () => undefined });
}

async function open(
  config: Config,
  dataDirectory: string,
  name: string,
  { beside, onTrouble }: { readonly beside: boolean; readonly onTrouble: (message: string) => void },
): Promise<Bus> {
  const options = { blobs: blobStore(config, dataDirectory), inlineMaxBytes: config.inlineMaxBytes };
  const kafka = kafkaOptions(config, name);
  if (kafka !== null) return openKafkaBus({ ...kafka, onTrouble }, options);
  const directory = path.join(dataDirectory, 'bus');
  return openEmbeddedBus({ directory, maxBytes: config.busMaxBytes, beside }, options);
}

/**
 * What the bus is, and whether it is there, in words; nothing is created. Throws as `openBus` does.
 */
export async function describeBus(config: Config, dataDirectory: string): Promise<string> {
  const kafka = kafkaOptions(config, 'doctor');
  if (kafka === null) return `embedded, in ${path.join(dataDirectory, 'bus')}`;
  const brokers = await brokersOf(kafka);
  const store = blobStore(config, dataDirectory) ? 'with a blob store' : 'without a blob store';
  return `Kafka at ${kafka.brokers.join(', ')}: ${brokers} broker${brokers === 1 ? '' : 's'}, ${store}`;
}

/**
 * null = there is none: over Kafka a folder in the data directory of one process would not be reached by the others.
 * @throws SP_USAGE when settings do not go together
 */
export function blobStore(config: Config, dataDirectory: string): BlobStore | null {
  const { blobs, s3Region: region, s3KeyId: accessKeyId, s3Key: secretAccessKey } = config;
  if (blobs !== null && /^https?:\/\//.test(blobs)) {
    if (accessKeyId === null || secretAccessKey === null)
      throw usage(
        'STREAMPRINT_BLOBS is an address: set STREAMPRINT_S3_KEY_ID and STREAMPRINT_S3_KEY as well.',
      );
    return new S3BlobStore({ url: blobs, region, accessKeyId, secretAccessKey });
  }
  if (blobs !== null) return new FileBlobStore(blobs);
  return isShared(config) ? null : new FileBlobStore(path.join(dataDirectory, 'blobs'));
}

/** null = no broker is configured. @throws SP_USAGE when settings do not go together */
function kafkaOptions(config: Config, name: string): KafkaOptions | null {
  const { kafkaBrokers: brokers, kafkaPrefix: prefix, kafkaPartitions: partitions } = config;
  if (brokers === null) return null;
  const ssl = tls(config);
  const sasl = login(config);
  return {
    brokers,
    prefix,
    partitions,
    clientId: `${prefix}-${name}`,
    ...(ssl && { ssl }),
    ...(sasl && { sasl }),
    ...(config.kafkaReplication !== null && { replicationFactor: config.kafkaReplication }),
    segments: { retention: config.kafkaSegmentsRetention, bytes: config.kafkaSegmentsBytes },
  };
}

function tls(config: Config): KafkaOptions['ssl'] {
  const { kafkaTlsCa: ca, kafkaTlsCertificate: cert, kafkaTlsKey: key } = config;
  if ((cert === null) !== (key === null))
    throw usage('STREAMPRINT_KAFKA_TLS_CERT and STREAMPRINT_KAFKA_TLS_KEY go together: set both.');
  if (!config.kafkaTls) {
    if (ca === null && cert === null) return false;
    throw usage('Certificates for Kafka are set, but not STREAMPRINT_KAFKA_TLS=1.');
  }
  return { ...(ca !== null && { ca }), ...(cert !== null && { cert }), ...(key !== null && { key }) };
}

function login(config: Config): KafkaOptions['sasl'] | null {
  const { kafkaSasl: mechanism, kafkaUser: username, kafkaPassword: password } = config;
  if (mechanism === null && username === null && password === null) return null;
  if (mechanism === null || username === null || password === null)
    throw usage(
      'STREAMPRINT_KAFKA_SASL, STREAMPRINT_KAFKA_USER and STREAMPRINT_KAFKA_PASSWORD go together: set all three.',
    );
  return { mechanism, username, password } as KafkaOptions['sasl'];
}

function usage(message: string): StreamprintError {
  return new StreamprintError('SP_USAGE', message);
}
