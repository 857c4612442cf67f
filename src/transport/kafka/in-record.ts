import type { IHeaders, KafkaMessage } from 'kafkajs';
import { utcMillis } from '../../domain/ids.js';
import type { Headers, InRecord } from '../record.js';
import { StoredMemory } from '../stored-file.js';
import type { Topic } from '../topics.js';

export function inRecord(topic: Topic, partition: number, message: KafkaMessage): InRecord {
  return {
    position: { topic, partition, offset: Number(message.offset) },
    key: message.key?.toString() ?? null,
    headers: headersOf(message.headers ?? {}),
    value: message.value && new StoredMemory(message.value),
    at: utcMillis(Number(message.timestamp)),
  };
}

/** Of a header that is there more than once the last one counts. */
function headersOf(headers: IHeaders): Headers {
  const texts: Record<string, string> = {};
  for (const [name, values] of Object.entries(headers)) {
    const value = Array.isArray(values) ? values.at(-1) : values;
    if (value !== undefined) texts[name] = value.toString();
  }
  return texts;
}
