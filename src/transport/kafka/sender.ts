import { readFile } from 'node:fs/promises';
import kafkajs, { CompressionTypes, type Kafka, type Producer } from 'kafkajs';
import { messageOf, StreamprintError } from '../../domain/errors.js';
import { pause } from '../../domain/pause.js';
import { type OutRecord, overheadOf, sizeOf } from '../record.js';
import type { Health } from './health.js';
import type { Names } from './names.js';

// A CommonJS module whose errors Node cannot name.
const { KafkaJSError, KafkaJSProtocolError } = kafkajs;

/** All records of one request may fall into one batch of the log, which has the size limit of a message. */
const MAX_REQUEST_BYTES = 9_000_000;
const MAX_REQUEST_RECORDS = 500;
const RETRY_MS = 500;

/** What the broker says of a record that it will never take. */
const REFUSED = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'CORRUPT_MESSAGE']);

interface Item {
  readonly record: OutRecord;
  readonly bytes: number;
  readonly deadline: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends records one request after the other, each acknowledged by all replicas in sync, in the order in which they
 * came. After a failure the client is thrown away: kafkajs counts its sequence numbers back, and the broker would
 * take what comes next for a repetition of what it has stored, acknowledge and drop it.
 */
export class Sender {
  readonly #queue: Item[] = [];
  #bytes = 0;
  #producer: Producer | null = null;
  #running: Promise<void> | null = null;
  readonly #waitingForRoom: (() => void)[] = [];
  #closed = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly names: Names,
    private readonly health: Health,
    private readonly limits: { readonly sendTimeout: number; readonly maxWaitingBytes: number },
  ) {}

  get waiting(): { records: number; bytes: number } {
    return { records: this.#queue.length, bytes: this.#bytes };
  }

  async send(record: OutRecord): Promise<void> {
    const bytes = (record.value ? sizeOf(record.value) : 0) + overheadOf(record.key, record.headers);
    const deadline = Date.now() + this.limits.sendTimeout;
    while (this.#bytes > 0 && this.#bytes + bytes > this.limits.maxWaitingBytes)
      await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
    if (this.#closed) throw new StreamprintError('SP_BUS_UNAVAILABLE', 'The bus is closed.');
    await new Promise<void>((resolve, reject) => {
      this.#queue.push({ record, bytes, deadline, resolve, reject });
      this.#bytes += bytes;
      this.#running ??= this.#run();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#discard();
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const items = this.#next();
      try {
        await this.#request(items);
        this.health.isUp();
        this.#settle(items, (item) => item.resolve());
      } catch (error) {
        await this.#discard();
        await this.#failed(items, error);
      }
    }
    this.#running = null;
  }

  /** As many as one request may have, from the front. */
  #next(): Item[] {
    let count = 0;
    let bytes = 0;
    for (const item of this.#queue) {
      if (count > 0 && (bytes + item.bytes > MAX_REQUEST_BYTES || count === MAX_REQUEST_RECORDS)) break;
      bytes += item.bytes;
      count++;
    }
    return this.#queue.slice(0, count);
  }

  async #failed(items: readonly Item[], error: unknown): Promise<void> {
    const refusal = refusalOf(error);
    if (refusal !== null || !(error instanceof KafkaJSError)) {
      if (items.length === 1) return this.#settle(items, (item) => item.reject(refusal ?? error));
      // One of them is at fault: each goes alone, so that the others get through.
      for (const item of items) await this.#alone(item);
      return;
    }
    this.health.isDown(error);
    this.health.restarts++;
    const now = Date.now();
    const late = this.#queue.filter((item) => item.deadline <= now);
    this.#settle(late, (item) => item.reject(unavailable(item, error, this.limits.sendTimeout)));
    await pause(RETRY_MS);
  }

  async #alone(item: Item): Promise<void> {
    try {
      await this.#request([item]);
      this.#settle([item], () => item.resolve());
    } catch (error) {
      await this.#discard();
      await this.#failed([item], error);
    }
  }

  #settle(items: readonly Item[], tell: (item: Item) => void): void {
    for (const item of items) {
      const at = this.#queue.indexOf(item);
      if (at < 0) continue;
      this.#queue.splice(at, 1);
      this.#bytes -= item.bytes;
      tell(item);
    }
    for (const resolve of this.#waitingForRoom.splice(0)) resolve();
  }

  async #request(items: readonly Item[]): Promise<void> {
    const topics = new Map<
      string,
      { key: string; value: Buffer | null; headers: Record<string, string> }[]
    >();
    for (const { record } of items) {
      const topic = this.names.ofTopic(record.topic);
      const messages = topics.get(topic) ?? [];
      topics.set(topic, messages);
      messages.push({ key: record.key, value: await bytesOf(record), headers: { ...record.headers } });
    }
    const producer = await this.#connected();
    await producer.sendBatch({
      acks: -1,
      compression: CompressionTypes.None,
      topicMessages: [...topics].map(([topic, messages]) => ({ topic, messages })),
    });
  }

  async #connected(): Promise<Producer> {
    if (this.#producer) return this.#producer;
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    });
    this.#producer = producer;
    await producer.connect();
    return producer;
  }

  async #discard(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    await producer?.disconnect().catch(() => undefined);
  }
}

async function bytesOf({ value }: OutRecord): Promise<Buffer | null> {
  if (value === null) return null;
  if ('file' in value) return readFile(value.file);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function refusalOf(error: unknown): StreamprintError | null {
  const causes = [error, error instanceof Error ? error.cause : undefined];
  const protocol = causes.find((cause) => cause instanceof KafkaJSProtocolError);
  if (!(protocol instanceof KafkaJSProtocolError) || !REFUSED.has(protocol.type)) return null;
  const tooLarge = protocol.type === 'MESSAGE_TOO_LARGE' || protocol.type === 'RECORD_LIST_TOO_LARGE';
  const message = `The broker refuses the message: ${protocol.message}`;
  return new StreamprintError(tooLarge ? 'SP_MESSAGE_TOO_LARGE' : 'SP_MESSAGE_INVALID', message, {
    cause: error,
  });
}

function unavailable({ record }: Item, cause: unknown, timeout: number): StreamprintError {
  const message = `Kafka did not take a message of ${record.key} for ${timeout / 1000} s: ${messageOf(cause)}`;
  return new StreamprintError('SP_BUS_UNAVAILABLE', message, { cause });
}
