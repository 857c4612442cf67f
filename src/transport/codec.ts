import { v5 } from 'uuid';
import { MessageError } from './message-error.js';
import { hasBody, type Message, type MessageOf, type MessageType, SCHEMAS } from './messages.js';
import { CONTENT_HEADER, type Headers, type InRecord, TYPE_HEADER } from './record.js';
import { segmentIdOf } from './segment-id.js';
import { factsOf, type Topic } from './topics.js';
import { validContent } from './validate.js';

/** A message without a body is small; more than this is none of ours. */
const MAX_JSON_BYTES = 1024 * 1024;

/** Of this project's keys of claims; never to be changed. */
const CLAIM_NAMESPACE = '6c3d2e6a-57d7-4b0e-9d0b-0f7c55a1b2f4';

/** Claims of a stream go under a key of their own, or the last of them would be all that is kept of its state. */
const claimKeyOf = (stream: string): string => v5(stream, CLAIM_NAMESPACE);

/** The key under which a message goes: its stream, or its reference. */
export function keyOf(message: Message): string {
  switch (message.type) {
    case 'reference/1':
      return message.content.id;
    case 'replayed/1':
      return message.content.letter;
    case 'claim/1':
      return claimKeyOf(message.content.stream.id);
    default:
      return message.content.stream.id;
  }
}

/**
 * A message as headers and, when it has no body, value.
 * @throws MessageError when it breaks its own contract
 */
export function encode(topic: Topic, message: Message): { headers: Headers; value: Uint8Array | null } {
  checkType(topic, message.type);
  validContent(message.type, message.content);
  check(message);
  const json = JSON.stringify(message.content);
  if (hasBody(message.type))
    return { headers: { [TYPE_HEADER]: message.type, [CONTENT_HEADER]: json }, value: null };
  const value = Buffer.from(json);
  if (value.length > MAX_JSON_BYTES)
    throw new MessageError('value', `has ${value.length} bytes, the most is ${MAX_JSON_BYTES}`);
  return { headers: { [TYPE_HEADER]: message.type }, value };
}

/**
 * The message that a record is, or null for one that takes its key away.
 * @throws MessageError that names the field, the header, the key or the value that is wrong
 */
export async function decode(record: InRecord): Promise<Message | null> {
  const { topic } = record.position;
  if (record.key === null) throw new MessageError('key', 'is missing');
  if (record.value === null) {
    if (factsOf(topic).compacted) return null;
    throw new MessageError('value', 'is missing');
  }
  const type = typeOf(record.headers);
  checkType(topic, type);
  const message = { type, content: validContent(type, await contentOf(type, record)) } as Message;
  check(message);
  if (keyOf(message) !== record.key)
    throw new MessageError('key', `is "${record.key}" and must be "${keyOf(message)}"`);
  if (hasBody(type)) checkSize(message, record.value.bytes);
  return message;
}

function typeOf(headers: Headers): MessageType {
  const type = headers[TYPE_HEADER];
  if (type === undefined) throw new MessageError(`header ${TYPE_HEADER}`, 'is missing');
  if (Object.hasOwn(SCHEMAS, type)) return type as MessageType;
  throw new MessageError(
    `header ${TYPE_HEADER}`,
    `is "${type.slice(0, 100)}" and must be one of ${Object.keys(SCHEMAS).join(', ')}`,
  );
}

async function contentOf(type: MessageType, { headers, value }: InRecord): Promise<unknown> {
  const where = hasBody(type) ? `header ${CONTENT_HEADER}` : 'value';
  if (!hasBody(type) && value!.bytes > MAX_JSON_BYTES)
    throw new MessageError(where, `has ${value!.bytes} bytes, the most is ${MAX_JSON_BYTES}`);
  const json = hasBody(type) ? headers[CONTENT_HEADER] : Buffer.from(await value!.read()).toString('utf8');
  if (json === undefined) throw new MessageError(where, 'is missing');
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new MessageError(where, 'is not JSON', { cause: error });
  }
}

function checkType(topic: Topic, type: MessageType): void {
  const { types } = factsOf(topic);
  if (!types.includes(type))
    throw new MessageError(`header ${TYPE_HEADER}`, `is ${type}, and ${topic} carries ${types.join(', ')}`);
}

type OfMedia = MessageOf<'segment/1' | 'fingerprint/1' | 'evidence/1'>;
const isOfMedia = (message: Message): message is OfMedia =>
  ['segment/1', 'fingerprint/1', 'evidence/1'].includes(message.type);

/** What a schema cannot say. */
function check(message: Message): void {
  if (!isOfMedia(message)) return;
  const { id, stream, capture, sha256 } = message.content;
  const expected = segmentIdOf(stream.id, capture.start, sha256);
  if (id !== expected)
    throw new MessageError('id', `is ${id} and must be ${expected} for this stream, start and digest`);
  // Times of one form order as text does.
  if (capture.end < capture.start) throw new MessageError('capture.end', 'must not be before capture.start');
}

function checkSize(message: Message, actual: number): void {
  const body = bodyOf(message);
  if (body === null) return;
  const expected = body.blob === null ? body.bytes : 0;
  if (actual === expected) return;
  const why = body.blob === null ? `${body.field} says ${expected}` : 'blob says that the body is elsewhere';
  throw new MessageError('value', `has ${actual} bytes and ${why}`);
}

/** What a message says of its body; null = it has none. */
export function bodyOf(message: Message) {
  switch (message.type) {
    case 'segment/1':
    case 'evidence/1':
    case 'reference/1':
    case 'still/1':
    case 'frame/1': {
      const { sha256, bytes, blob } = message.content;
      return { sha256, bytes, blob, field: 'bytes', digestField: 'sha256' };
    }
    case 'fingerprint/1': {
      const { features, blob } = message.content;
      return { ...features, blob, field: 'features.bytes', digestField: 'features.sha256' };
    }
    default:
      return null;
  }
}
