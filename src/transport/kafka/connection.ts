import { Kafka, type KafkaConfig, type LogEntry, logLevel } from 'kafkajs';
import { allowPastTimers } from './past-timers.js';

export interface KafkaOptions {
  /** `host:port` of some brokers. */
  readonly brokers: readonly string[];
  /** Names this process in the broker's logs; `streamprint` if absent. */
  readonly clientId?: string;
  /** First part of the names of topics and groups, in place of `streamprint`: several installations on one cluster. */
  readonly prefix?: string;
  /** TLS; with certificates where the system's do not do, PEM. */
  readonly ssl?: boolean | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: KafkaConfig['sasl'];
  /** Of topics that are created: how many workers can share the streams; 12 if absent. */
  readonly partitions?: number;
  /** Of topics that are created: the broker's default if absent. */
  readonly replicationFactor?: number;
  /** Of the topic of segments when it is created: how long it keeps them, ms, and how much of a partition, null = all. */
  readonly segments?: { readonly retention: number; readonly bytes: number | null };
  /** A message that was not acknowledged after this long is given up, ms; 60 s if absent. */
  readonly sendTimeout?: number;
  /** Bytes that may wait to be sent; further messages wait for room. 64 MiB if absent. */
  readonly maxWaitingBytes?: number;
  /** Told of what goes wrong and is dealt with, one sentence each. */
  readonly onTrouble?: (message: string) => void;
}

export const MIB = 1024 * 1024;

/** A client that gives up after some seconds: whoever uses it starts anew, and knows that it had to. */
export function connect(options: KafkaOptions): Kafka {
  allowPastTimers();
  return new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId ?? 'streamprint',
    connectionTimeout: 3000,
    requestTimeout: 30_000,
    ...(options.ssl && { ssl: options.ssl }),
    ...(options.sasl && { sasl: options.sasl }),
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 4, restartOnFailure: async () => false },
    logLevel: logLevel.ERROR,
    logCreator: () => (entry) => options.onTrouble?.(sentenceOf(entry)),
  });
}

function sentenceOf({ namespace, log }: LogEntry): string {
  const detail = typeof log.error === 'string' ? `: ${log.error}` : '';
  return `Kafka ${namespace}: ${log.message}${detail}`;
}
