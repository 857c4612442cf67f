import Type from 'typebox';
import { type Environment, secret, setting, type ValuesOf, valuesFrom } from './settings.js';
import { INLINE_MAX_BYTES } from './transport/topics.js';

const number = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const text = (description: string) => Type.String({ maxLength: 4096, description });
const flag = Type.Boolean();
const path = text('a path');
const pem = Type.String({ maxLength: 64 * 1024, pattern: '-----BEGIN ', description: 'PEM text' });
const broker = Type.String({ pattern: '^[^\\s:,]+:\\d{1,5}$', description: '`host:port`' });
const network = Type.String({
  pattern: '^[0-9a-fA-F.:]{2,45}(/\\d{1,3})?$',
  description: 'IP addresses or networks such as `10.1.0.0/16`',
});
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Every variable of the environment that means something here; docs/operations.md lists the same. */
export const SETTINGS = {
  decoder: setting(
    'STREAMPRINT_DECODER',
    Type.Enum(['libav', 'ffmpeg']),
    null,
    'The decoder; without it libav where it loads, else the ffmpeg program.',
  ),
  threads: setting(
    'STREAMPRINT_THREADS',
    number(1, 256),
    null,
    'Threads that decode; without it one a core.',
  ),
  ffmpegPath: setting('FFMPEG_PATH', path, 'ffmpeg', 'The ffmpeg program.'),
  ffprobePath: setting('FFPROBE_PATH', path, 'ffprobe', 'The ffprobe program.'),
  logFormat: setting(
    'STREAMPRINT_LOG',
    Type.Enum(['json', 'text']),
    'text',
    'How `serve`, `worker` and `probe` log, to stderr: a JSON object a line, or text for people.',
  ),
  logLevel: setting(
    'STREAMPRINT_LOG_LEVEL',
    Type.Enum(['debug', 'info', 'warn', 'error']),
    'info',
    'Nothing below that is logged; `debug` has each request.',
  ),
  debug: setting('STREAMPRINT_DEBUG', flag, false, 'Whether unexpected errors are shown with their stack.'),

  apiOpen: setting(
    'STREAMPRINT_API_OPEN',
    flag,
    false,
    'Whether the service asks nobody for a key: for a demo that only this machine reaches; refused else.',
  ),
  apiRate: setting(
    'STREAMPRINT_API_RATE',
    number(1, 100_000),
    100,
    'Requests that one key may make in a second, in the long run; four times as many at once.',
  ),

  pastDays: setting(
    'STREAMPRINT_PAST_DAYS',
    number(0, 3660),
    14,
    'For so many days it is kept, as fingerprints, what each stream carried; 0 = it is not kept.',
  ),

  kafkaBrokers: setting(
    'STREAMPRINT_KAFKA',
    Type.Array(broker, { minItems: 1, maxItems: 100 }),
    null,
    'Kafka brokers; without it the bus is embedded, under the data directory, for one process.',
  ),
  kafkaPrefix: setting(
    'STREAMPRINT_KAFKA_PREFIX',
    Type.String({ pattern: '^[a-zA-Z0-9._-]{1,100}$', description: 'letters, digits, `.`, `_` and `-`' }),
    'streamprint',
    'First part of the names of topics and groups: one for each installation on a cluster.',
  ),
  kafkaTls: setting('STREAMPRINT_KAFKA_TLS', flag, false, 'Whether brokers are spoken to over TLS.'),
  kafkaTlsCa: secret(
    'STREAMPRINT_KAFKA_TLS_CA',
    pem,
    'Authority that signed the certificates of the brokers.',
  ),
  kafkaTlsCertificate: secret(
    'STREAMPRINT_KAFKA_TLS_CERT',
    pem,
    'Our certificate, where brokers ask for one.',
  ),
  kafkaTlsKey: secret('STREAMPRINT_KAFKA_TLS_KEY', pem, 'The key of our certificate.'),
  kafkaSasl: setting(
    'STREAMPRINT_KAFKA_SASL',
    Type.Enum(['plain', 'scram-sha-256', 'scram-sha-512']),
    null,
    'How we log in at the brokers; without it we do not.',
  ),
  kafkaUser: secret('STREAMPRINT_KAFKA_USER', text('text'), 'User to log in as.'),
  kafkaPassword: secret('STREAMPRINT_KAFKA_PASSWORD', text('text'), 'Password of that user.'),
  kafkaPartitions: setting(
    'STREAMPRINT_KAFKA_PARTITIONS',
    number(1, 10_000),
    12,
    'Partitions of the topics of streams when they are created: so many workers can share the streams.',
  ),
  kafkaReplication: setting(
    'STREAMPRINT_KAFKA_REPLICATION',
    number(1, 100),
    null,
    'Copies of each topic when it is created; without it what the brokers do by themselves.',
  ),

  kafkaSegmentsRetention: setting(
    'STREAMPRINT_KAFKA_SEGMENTS_RETENTION_MS',
    number(60_000, 365 * 24 * 3_600_000),
    3_600_000,
    'How long the topic of segments keeps them, when it is created.',
  ),
  kafkaSegmentsBytes: setting(
    'STREAMPRINT_KAFKA_SEGMENTS_RETENTION_BYTES',
    number(32 * MIB, 1024 * GIB),
    null,
    'How much a partition of the topic of segments keeps, when it is created; without it as much as there is in that time.',
  ),

  fetchNetworks: setting(
    'STREAMPRINT_FETCH_NETWORKS',
    Type.Array(network, { maxItems: 100 }),
    null,
    'Networks inside this one from which the service may fetch media whose address somebody names over the API; without it none.',
  ),
  referenceThreads: setting(
    'STREAMPRINT_REFERENCE_THREADS',
    number(1, 64),
    1,
    'Threads that fingerprint references which came over the API, in a process that all others go before.',
  ),
  uploadMaxBytes: setting(
    'STREAMPRINT_UPLOAD_MAX_BYTES',
    number(1, 1024 * GIB),
    64 * GIB,
    'The largest file that is taken as an upload.',
  ),
  uploadHours: setting(
    'STREAMPRINT_UPLOAD_HOURS',
    number(1, 8760),
    72,
    'Uploads that are not whole so many hours after they were begun are deleted.',
  ),

  catalogue: setting(
    'STREAMPRINT_CATALOGUE',
    Type.Enum(['bus', 'data']),
    null,
    'How workers have the catalogue: by the bus, each in an index of its own, or from the data directory that they share with it; without it by the bus where there are brokers.',
  ),
  elasticsearch: setting(
    'STREAMPRINT_ELASTICSEARCH',
    Type.String({
      pattern: '^https?://[^\\s@/?#]+/?$',
      maxLength: 1024,
      description: 'an address of http: or https:, without a path or a user',
    }),
    null,
    'Elasticsearch that holds the reference index, and copies of detections for search; without it both are in the data directory alone.',
  ),
  elasticsearchApiKey: secret(
    'STREAMPRINT_ELASTICSEARCH_API_KEY',
    text('text'),
    'API key of Elasticsearch, as it gave it out (`encoded`).',
  ),
  elasticsearchCa: secret(
    'STREAMPRINT_ELASTICSEARCH_CA',
    pem,
    'Authority that signed the certificate of Elasticsearch.',
  ),
  elasticsearchPrefix: setting(
    'STREAMPRINT_ELASTICSEARCH_PREFIX',
    Type.String({
      pattern: '^[a-z0-9][a-z0-9._-]{0,99}$',
      description: 'small letters, digits, `.`, `_` and `-`',
    }),
    'streamprint',
    'First part of the names of indices: one for each installation on a cluster.',
  ),
  elasticsearchShards: setting(
    'STREAMPRINT_ELASTICSEARCH_SHARDS',
    number(1, 1024),
    1,
    'Shards of the index of fingerprints when it is created: one for every 10,000 hours or so.',
  ),
  elasticsearchWait: setting(
    'STREAMPRINT_ELASTICSEARCH_WAIT',
    number(0, 86_400),
    60,
    'Seconds for which work waits while Elasticsearch is away or cannot serve, before it fails.',
  ),

  group: setting(
    'STREAMPRINT_GROUP',
    Type.String({ pattern: '^[a-zA-Z0-9._-]{1,100}$', description: 'letters, digits, `.`, `_` and `-`' }),
    'workers',
    'Workers of one group share the streams.',
  ),
  inlineMaxBytes: setting(
    'STREAMPRINT_INLINE_MAX_BYTES',
    number(0, INLINE_MAX_BYTES),
    INLINE_MAX_BYTES,
    'Largest body that goes in the message itself, larger ones go to the blob store (`segment.inlineMaxBytes`).',
  ),
  blobs: setting(
    'STREAMPRINT_BLOBS',
    text('a path, or `https://HOST/BUCKET/PREFIX` of an S3-compatible store'),
    null,
    'The blob store, which every process reaches; without it `blobs` in the data directory with the embedded bus, and none with Kafka.',
  ),
  s3Region: setting('STREAMPRINT_S3_REGION', text('text'), 'us-east-1', 'Region of the bucket.'),
  s3KeyId: secret(
    'STREAMPRINT_S3_KEY_ID',
    text('text'),
    'Id of the key that reads, writes, lists and deletes there.',
  ),
  s3Key: secret('STREAMPRINT_S3_KEY', text('text'), 'That key.'),
  asnDatabase: setting(
    'STREAMPRINT_ASN_DB',
    path,
    null,
    'Database in MaxMind format by which a probe tells the network of an address; without it that is not told.',
  ),
  countryDatabase: setting(
    'STREAMPRINT_COUNTRY_DB',
    path,
    null,
    'Database in MaxMind format by which a probe tells the country of an address; without it that is not told.',
  ),
  serviceUrl: setting(
    'STREAMPRINT_SERVICE',
    Type.String({ pattern: '^https?://', maxLength: 4096, description: 'an address of http: or https:' }),
    null,
    'Address of the service, such as its `/healthz`, that a probe compares its clock with; without it the offset is not known.',
  ),
  alertNetworks: setting(
    'STREAMPRINT_ALERT_NETWORKS',
    Type.Array(network, { maxItems: 100 }),
    null,
    'Networks inside this one to which alerts may be posted; without it none.',
  ),
  blobHours: setting(
    'STREAMPRINT_BLOBS_HOURS',
    number(1, 24 * 365),
    192,
    'How long workers leave bodies in the blob store; those of dead letters, which wait for 7 days, are there for no longer.',
  ),
  busMaxBytes: setting(
    'STREAMPRINT_BUS_MAX_BYTES',
    number(MIB, 1024 * GIB),
    2 * GIB,
    'Media that may wait on disk in the embedded bus; beyond that publishing waits.',
  ),
} as const;

export type Config = ValuesOf<typeof SETTINGS>;

/** @throws SP_USAGE, naming the variable, for a value that makes no sense */
export function configFrom(environment: Environment): Config {
  return valuesFrom(SETTINGS, environment);
}
