import { createHash, randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Producer } from '@platformatic/kafka';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bus } from '../../../src/transport/bus.js';
import type { Delivery } from '../../../src/transport/worker.js';
import { describeWith } from '../../engines/available.js';
import { kafka } from '../../engines/kafka.js';
import { until } from '../support.js';
import { TestBroker } from './broker.js';

const page = fs.readFileSync(fileURLToPath(new URL('../../../../docs/messages.md', import.meta.url)), 'utf8');

/** A client that knows docs/messages.md and nothing else of this project. */
class Stranger {
  readonly #namespace = /in the namespace `([0-9a-f-]{36})`/.exec(page)![1]!;
  readonly #example = JSON.parse(/`streamprint-content`:\n\n```json\n([\s\S]*?)```/.exec(page)![1]!);
  readonly #producer: Producer<Buffer, Buffer, Buffer, Buffer>;

  constructor(broker: string) {
    this.#producer = new Producer({ clientId: 'stranger', bootstrapBrokers: [broker] });
  }

  /** The content of the page's example, for other media. */
  contentFor(stream: string, sequence: number, media: Buffer) {
    const sha256 = createHash('sha256').update(media).digest('hex');
    const content = structuredClone(this.#example);
    const start = new Date(Date.UTC(2026, 0, 31, 12) + sequence * 4000).toISOString();
    return Object.assign(content, {
      id: this.#uuid5(JSON.stringify([stream, start, sha256])),
      stream: { id: stream, name: stream, url: 'http://elsewhere.example/' },
      run: content.run,
      sequence,
      capture: { start, end: new Date(Date.parse(start) + 800).toISOString() },
      sha256,
      bytes: media.length,
    });
  }

  async send(key: string, content: object, media: Buffer): Promise<void> {
    await this.#producer.send({
      acks: -1,
      messages: [
        {
          topic: 'stranger.segments',
          key: Buffer.from(key),
          value: media,
          headers: new Map([
            [Buffer.from('streamprint-type'), Buffer.from('segment/1')],
            [Buffer.from('streamprint-content'), Buffer.from(JSON.stringify(content))],
            [Buffer.from('traceparent'), Buffer.from(randomUUID())],
          ]),
        },
      ],
    });
  }

  close(): Promise<void> {
    return this.#producer.close();
  }

  /** RFC 9562, 5.5. */
  #uuid5(name: string): string {
    const bytes = createHash('sha1')
      .update(Buffer.from(this.#namespace.replaceAll('-', ''), 'hex'))
      .update(name)
      .digest()
      .subarray(0, 16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x50;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
}

await describeWith(kafka, 'a client that is not ours, from docs/messages.md alone', () => {
  let broker: TestBroker;
  let bus: Bus;
  let stranger: Stranger;
  const delivered: { delivery: Delivery; media: Uint8Array }[] = [];

  beforeAll(async () => {
    broker = await TestBroker.start();
    ({ bus } = await broker.bus('stranger', null));
    stranger = new Stranger(broker.engine.address);
    await bus.consume({
      group: 'workers',
      topics: ['streamprint.segments'],
      handle: async (delivery) => {
        delivered.push({ delivery, media: await delivery.body!.read() });
      },
    });
  });
  afterAll(async () => {
    await stranger?.close();
    await bus?.close();
    await broker?.dispose();
  });

  it('is understood', async () => {
    const sent = Array.from({ length: 4 }, (_, n) => {
      const media = randomBytes(3_000_000);
      return { media, content: stranger.contentFor('channel-9', n, media) };
    });
    for (const { media, content } of sent) await stranger.send('channel-9', content, media);
    await until(
      () => delivered.length,
      (length) => length === 4,
    );
    for (const [n, { delivery, media }] of delivered.entries()) {
      expect(delivery).toMatchObject({ type: 'segment/1', content: sent[n]!.content });
      expect(sent[n]!.media.equals(media)).toBe(true);
    }
  });

  it('is told which field breaks the contract', async () => {
    const media = randomBytes(1000);
    const content = stranger.contentFor('channel-9', 9, media);
    const { probe, ...withoutProbe } = content;
    await stranger.send('channel-9', { ...content, media: { ...content.media, duration: '4' } }, media);
    await stranger.send('channel-9', withoutProbe, media);
    await stranger.send('channel-9', content, randomBytes(1000));
    const letters = await until(
      () => bus.deadLetters.list(),
      (list) => list.length >= 3,
    );
    expect(probe).toBe('madrid-2');
    expect(letters.map(({ error }) => [error.code, error.field, error.message])).toEqual([
      ['SP_MESSAGE_INVALID', 'media.duration', 'media.duration must be of type number.'],
      ['SP_MESSAGE_INVALID', 'probe', 'probe is missing.'],
      [
        'SP_MESSAGE_INVALID',
        'sha256',
        expect.stringMatching(/^sha256 is not the digest of the body, which is /),
      ],
    ]);
    expect(delivered).toHaveLength(4);
  });
});
