import { stringify } from 'yaml';
import { DeadLetterFacts } from '../../src/transport/dead-letter.js';
import { hasBody, type MessageType, SCHEMAS } from '../../src/transport/messages.js';
import { CONTENT_HEADER, LETTER_HEADER, REPLAYED_HEADER, TYPE_HEADER } from '../../src/transport/record.js';
import { factsOf, TOPIC_NAMES, type Topic } from '../../src/transport/topics.js';

const TYPES = Object.keys(SCHEMAS) as MessageType[];
/** `segment/1` as a name of a component: `segment.v1`. */
const componentOf = (type: string): string => type.replace('/', '.v');
const text = (description: string) => ({ type: 'string', description });

/** The contract of the bus as an AsyncAPI 3 document, made of what the program checks with. */
export function asyncApi(): string {
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Streamprint bus',
      version: '1.0.0',
      description: 'What probes, workers and the service say to each other; docs/messages.md explains it.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(TOPIC_NAMES.map((topic) => [topic, channel(topic)])),
    operations: Object.fromEntries(
      TOPIC_NAMES.flatMap((topic) =>
        (['send', 'receive'] as const).map((action) => [
          `${action}.${topic}`,
          { action, channel: { $ref: `#/channels/${topic}` } },
        ]),
      ),
    ),
    components: {
      messages: {
        ...Object.fromEntries(TYPES.map((type) => [componentOf(type), message(type)])),
        'dead-letter': deadLetter(),
      },
      schemas: {
        ...Object.fromEntries(TYPES.map((type) => [componentOf(type), plain(SCHEMAS[type])])),
        'dead-letter': plain(DeadLetterFacts),
      },
    },
  };
  const heading = '# Made from src/transport/messages.ts: `npx vitest run dist/test/transport/asyncapi -u`\n';
  return heading + stringify(document, { lineWidth: 110, aliasDuplicateObjects: false });
}

function channel(topic: Topic) {
  const { types, compacted, maxBytes, retention, media } = factsOf(topic);
  const messages = [...types.map(componentOf), ...(topic.endsWith('dead-letters') ? ['dead-letter'] : [])];
  return {
    address: topic,
    messages: Object.fromEntries(messages.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    bindings: {
      kafka: {
        topic,
        partitions: media ? 12 : 1,
        topicConfiguration: {
          'cleanup.policy': [compacted ? 'compact' : 'delete'],
          ...(!compacted && { 'retention.ms': retention * 1000 }),
          'max.message.bytes': maxBytes,
        },
        bindingVersion: '0.5.0',
      },
    },
  };
}

function message(type: MessageType) {
  const schema = { $ref: `#/components/schemas/${componentOf(type)}` };
  const body = hasBody(type);
  const typeHeader = { type: 'string', const: type };
  return {
    name: type,
    contentType: body ? 'application/octet-stream' : 'application/json',
    headers: {
      type: 'object',
      required: [TYPE_HEADER, ...(body ? [CONTENT_HEADER] : [])],
      properties: {
        [TYPE_HEADER]: typeHeader,
        ...(body && {
          [CONTENT_HEADER]: {
            ...text('The content, as JSON'),
            contentMediaType: 'application/json',
            contentSchema: schema,
          },
        }),
        [REPLAYED_HEADER]: text('Id of the dead letter that it was'),
      },
    },
    payload: body ? { ...text('The body, as it is'), format: 'binary' } : schema,
    bindings: { kafka: { key: text(keyOf(type)), bindingVersion: '0.5.0' } },
  };
}

function keyOf(type: MessageType): string {
  if (type === 'reference/1') return 'Id of the reference';
  return type === 'replayed/1' ? 'Id of the dead letter' : 'Id of the stream';
}

function deadLetter() {
  return {
    name: 'dead-letter',
    contentType: 'application/octet-stream',
    headers: {
      type: 'object',
      required: [LETTER_HEADER],
      properties: {
        [LETTER_HEADER]: {
          ...text('What went wrong, as JSON'),
          contentMediaType: 'application/json',
          contentSchema: { $ref: '#/components/schemas/dead-letter' },
        },
      },
    },
    payload: { ...text('The value of the message, as it was'), format: 'binary' },
    bindings: { kafka: { key: text('Of the message, as it was'), bindingVersion: '0.5.0' } },
  };
}

/** The schema as JSON sees it. */
const plain = (schema: object): unknown => JSON.parse(JSON.stringify(schema));
