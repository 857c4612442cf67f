import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StreamprintError } from '../../src/domain/errors.js';
import type { Bus, Draft } from '../../src/transport/bus.js';
import type { BusEngine } from '../../src/transport/engine.js';
import { FileBlobStore } from '../../src/transport/file-blobs.js';
import type { Entry } from '../../src/transport/follower.js';
import { CONTENT_HEADER, TYPE_HEADER } from '../../src/transport/record.js';
import { arrivalOf, progressAfter, type StreamProgress } from '../../src/transport/stream-sequence.js';
import type { Delivery } from '../../src/transport/worker.js';
import { gate, lost, RUN, segment, sha256, until } from './support.js';

/** A bus with topics of its own. */
export interface BusUnderTest {
  /** The bus, and the engine beneath it, to say what no client of ours would. */
  open(blobs: FileBlobStore): Promise<{ bus: Bus; engine: BusEngine }>;
  dispose(): Promise<void>;
}

const TOPIC = 'streamprint.segments';
const MIB = 1024 * 1024;
const sequenceOf = (delivery: Delivery): number =>
  'sequence' in delivery.content ? delivery.content.sequence : -1;

/** What every engine of the bus has to do. */
export function describeBus(name: string, prepare: () => Promise<BusUnderTest>): void {
  describe(`the segment bus (${name})`, () => {
    let under: BusUnderTest;
    let bus: Bus;
    let engine: BusEngine;
    let directory: string;
    let blobs: FileBlobStore;

    beforeEach(async () => {
      directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-bus-'));
      blobs = new FileBlobStore(path.join(directory, 'blobs'));
      under = await prepare();
      ({ bus, engine } = await under.open(blobs));
    });
    afterEach(async () => {
      await bus.close();
      await under.dispose();
      fs.rmSync(directory, { recursive: true, force: true });
    });

    const reopen = async () => {
      await bus.close();
      ({ bus, engine } = await under.open(blobs));
    };
    const publish = async (stream: string, from: number, to: number) => {
      for (let n = from; n < to; n++) {
        const { draft, body } = segment(stream, n);
        await bus.publish(TOPIC, draft, body);
      }
    };
    /** Consumes into a list. */
    const collect = async (list: Delivery[], group = 'workers') =>
      bus.consume({
        group,
        topics: [TOPIC],
        handle: async (delivery) => {
          list.push(delivery);
        },
      });

    it('delivers a segment as it was sent, with its body', async () => {
      const { draft, body } = segment('one', 7);
      await bus.publish(TOPIC, draft, body);
      const saved = path.join(directory, 'saved.ts');
      let read: Uint8Array | undefined;
      const seen: Delivery[] = [];
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        handle: async (delivery) => {
          read = await delivery.body!.read();
          await delivery.body!.saveTo(saved);
          seen.push(delivery);
        },
      });
      const [delivery] = await until(
        () => seen,
        (list) => list.length === 1,
      );
      expect(delivery).toMatchObject({
        type: 'segment/1',
        content: { ...draft.content, blob: null },
        attempt: 1,
        replayed: false,
      });
      expect(Math.abs(delivery!.at - Date.now())).toBeLessThan(60_000);
      expect(sha256(read!)).toBe(draft.content.sha256);
      expect(sha256(fs.readFileSync(saved))).toBe(draft.content.sha256);
    });

    it('takes a body from a file, which stays', async () => {
      const { draft, body } = segment('one', 1, 300_000);
      const file = path.join(directory, 'captured.ts');
      fs.writeFileSync(file, body);
      await bus.publish(TOPIC, draft, { file, bytes: body.length });
      expect(fs.existsSync(file)).toBe(true);
      fs.rmSync(file);
      let digest = '';
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        handle: async (delivery) => {
          digest = sha256(await delivery.body!.read());
        },
      });
      await until(
        () => digest,
        (value) => value === draft.content.sha256,
      );
    });

    it('keeps the order of each stream, and works on several at once', async () => {
      const streams = ['a', 'b', 'c', 'd'];
      for (let n = 0; n < 10; n++) for (const stream of streams) await publish(stream, n, n + 1);
      const order = new Map<string, number[]>(streams.map((stream) => [stream, []]));
      let running = 0;
      let most = 0;
      const busy = new Set<string>();
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        concurrency: 3,
        handle: async (delivery) => {
          const { id } = (delivery.content as { stream: { id: string } }).stream;
          if (busy.has(id)) throw new Error(`${id} is being worked on`);
          busy.add(id);
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running--;
          busy.delete(id);
          order.get(id)!.push(sequenceOf(delivery));
        },
      });
      await until(
        () => [...order.values()].flat().length,
        (length) => length >= 40,
      );
      for (const sequences of order.values()) expect(sequences).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(most).toBe(3);
    });

    it('a stream that is hard to work on holds up no other', async () => {
      await publish('slow', 0, 1);
      await publish('quick', 0, 5);
      const held = gate();
      const done: string[] = [];
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        concurrency: 2,
        handle: async (delivery) => {
          const { id } = (delivery.content as { stream: { id: string } }).stream;
          if (id === 'slow') await held.opened;
          done.push(id);
        },
      });
      await until(
        () => done.length,
        (length) => length === 5,
      );
      held.open();
      await until(
        () => done,
        (list) => list.length === 6 && list[5] === 'slow',
      );
    });

    it('fetches no more than it may hold, and goes on when there is room', async () => {
      await publish('one', 0, 300);
      const held = gate();
      const done: number[] = [];
      const consumer = await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        maxWaiting: { records: 20, bytes: MIB },
        handle: async (delivery) => {
          await held.opened;
          done.push(sequenceOf(delivery));
        },
      });
      await until(
        () => consumer.isFull,
        (full) => full,
      );
      const stopped = bus.stats;
      expect(stopped).toMatchObject({ running: 1 });
      await publish('one', 300, 320);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(bus.stats.waiting).toBe(stopped.waiting);
      expect(consumer.isFull).toBe(true);
      held.open();
      await until(
        () => done.length,
        (length) => length === 320,
      );
      expect(done).toEqual(Array.from({ length: 320 }, (_, n) => n));
      expect(bus.stats).toMatchObject({ waiting: 0, running: 0, bytes: 0 });
    });

    it('goes on after the last message whose effect was stored', async () => {
      await publish('one', 0, 10);
      const first: Delivery[] = [];
      const stuck = gate();
      const consumer = await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        handle: async (delivery) => {
          if (sequenceOf(delivery) === 6)
            return stuck.opened.then(() => Promise.reject(new Error('stopped')));
          first.push(delivery);
        },
      });
      await until(
        () => first.length,
        (length) => length === 6,
      );
      const closing = consumer.close();
      stuck.open();
      await closing;
      await reopen();
      const second: Delivery[] = [];
      await collect(second);
      await until(
        () => second.length,
        (length) => length >= 4,
      );
      expect(second.map(sequenceOf)).toEqual([6, 7, 8, 9]);
    });

    it('gives what was done not long ago again to whoever goes on, if asked for', async () => {
      const options = { group: 'workers', topics: [TOPIC], commitDelay: 3_600_000 } as const;
      let done = 0;
      await publish('one', 0, 3);
      const first = await bus.consume({
        ...options,
        handle: async () => {
          done++;
        },
      });
      await until(
        () => done,
        (count) => count === 3,
      );
      await first.close();
      const again: Delivery[] = [];
      await bus.consume({
        ...options,
        handle: async (delivery) => {
          again.push(delivery);
        },
      });
      await until(
        () => again.map(sequenceOf),
        (list) => list.length === 3,
      );
      expect(again.map(sequenceOf)).toEqual([0, 1, 2]);
    });

    it('says what was buried when its letter is there, and before it counts as done', async () => {
      await publish('one', 0, 2);
      const story: string[] = [];
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        handle: async (delivery) => {
          story.push(`handle ${sequenceOf(delivery)}`);
          if (sequenceOf(delivery) === 0) throw new StreamprintError('SP_DECODER_DIED', 'It died twice.');
        },
        onBuried: async (delivery, error) => {
          const letters = await bus.deadLetters.list();
          story.push(`buried ${sequenceOf(delivery)}, ${letters.length} letter: ${(error as Error).message}`);
        },
      });
      await until(
        () => story,
        (list) => list.length === 3,
      );
      expect(story).toEqual(['handle 0', 'buried 0, 1 letter: It died twice.', 'handle 1']);
    });

    it('delivers to each group by itself', async () => {
      await publish('one', 0, 3);
      const one: Delivery[] = [];
      const other: Delivery[] = [];
      await collect(one, 'one');
      await collect(other, 'other');
      await until(
        () => [one.length, other.length],
        ([a, b]) => a === 3 && b === 3,
      );
    });

    it('shares streams out among the consumers of a group, and shares them anew when one goes', async () => {
      const streams = Array.from({ length: 16 }, (_, n) => `stream-${n}`);
      const seen: { by: string; stream: string; sequence: number }[] = [];
      const assigned = new Map<string, number>();
      const join = (by: string) =>
        bus.consume({
          group: 'workers',
          topics: [TOPIC],
          handle: async (delivery) => {
            const { id } = (delivery.content as { stream: { id: string } }).stream;
            seen.push({ by, stream: id, sequence: sequenceOf(delivery) });
          },
          onAssigned: (partitions) => assigned.set(by, (assigned.get(by) ?? 0) + partitions.length),
          onRevoked: (partitions) => assigned.set(by, assigned.get(by)! - partitions.length),
        });
      const first = await join('first');
      const all = await until(
        () => assigned.get('first') ?? 0,
        (count) => count > 1,
      );
      await join('second');
      await until(
        () => [assigned.get('first') ?? 0, assigned.get('second') ?? 0],
        ([a, b]) => a === all / 2 && b === all / 2,
      );
      for (const stream of streams) await publish(stream, 0, 2);
      await until(
        () => seen.length,
        (length) => length >= 32,
      );
      const whose = new Map(seen.map(({ by, stream }) => [stream, by]));
      expect(new Set(whose.values()).size).toBe(2);
      for (const { by, stream } of seen) expect(by).toBe(whose.get(stream));
      await first.close();
      await until(
        () => assigned.get('second'),
        (count) => count === all,
      );
      expect(assigned.get('first')).toBe(0);
      for (const stream of streams) await publish(stream, 2, 3);
      await until(
        () => seen.length,
        (length) => length >= 48,
      );
      for (const stream of streams)
        expect(seen.filter((one) => one.stream === stream).map(({ sequence }) => sequence)).toEqual([
          0, 1, 2,
        ]);
    });

    it('tells a worker which of its streams were given away', async () => {
      const streams = Array.from({ length: 12 }, (_, n) => `stream-${n}`);
      for (const stream of streams) await publish(stream, 0, 1);
      const held = gate();
      const begun = new Set<string>();
      const givenUp = new Set<string>();
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        concurrency: streams.length,
        handle: async ({ content, signal }) => {
          const { id } = (content as { stream: { id: string } }).stream;
          begun.add(id);
          signal.addEventListener('abort', () => givenUp.add(id));
          await held.opened;
        },
      });
      await until(
        () => begun.size,
        (size) => size === streams.length,
      );
      const second: Delivery[] = [];
      await collect(second);
      await until(
        () => [second.length, givenUp.size],
        ([got, gone]) => gone! > 0 && got! >= gone!,
      );
      expect(new Set(second.map(({ content }) => (content as { stream: { id: string } }).stream.id))).toEqual(
        givenUp,
      );
      expect(givenUp.size).toBeLessThan(streams.length);
      held.open();
    });

    it('tries again, and buries what cannot be worked on, with the reason', async () => {
      await publish('one', 0, 3);
      const attempts: number[] = [];
      const done: number[] = [];
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        retryDelay: 10,
        handle: async (delivery) => {
          const sequence = sequenceOf(delivery);
          if (sequence === 1) {
            attempts.push(delivery.attempt);
            throw new Error('The decoder died.');
          }
          done.push(sequence);
        },
      });
      await until(
        () => done.length,
        (length) => length === 2,
      );
      expect(attempts).toEqual([1, 2, 3]);
      expect(bus.stats.deadLettered).toBe(1);
      const letters = await bus.deadLetters.list();
      expect(letters).toMatchObject([
        {
          type: 'segment/1',
          group: 'workers',
          attempts: 3,
          error: { code: 'SP_UNEXPECTED', message: 'The decoder died.', field: null },
          origin: { topic: TOPIC },
          key: 'one',
          bytes: 2000,
          replayed: false,
        },
      ]);
    });

    it('sends dead letters back, once', async () => {
      await publish('one', 0, 2);
      let broken = true;
      const done: Delivery[] = [];
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        retryDelay: 10,
        attempts: 1,
        handle: async (delivery) => {
          if (broken && sequenceOf(delivery) === 0) throw new Error('Not yet.');
          await delivery.body!.read();
          done.push(delivery);
        },
      });
      await until(
        () => done.length,
        (length) => length === 1,
      );
      broken = false;
      const [letter] = await bus.deadLetters.list();
      await expect(bus.deadLetters.replay([RUN])).rejects.toMatchObject({ code: 'SP_NOT_FOUND' });
      expect(await bus.deadLetters.replay([letter!.id])).toMatchObject([
        { letter: { id: letter!.id }, error: null },
      ]);
      expect(await bus.deadLetters.replay(null)).toEqual([]);
      expect(await bus.deadLetters.list()).toMatchObject([{ id: letter!.id, replayed: true }]);
      await until(
        () => done.length,
        (length) => length === 2,
      );
      expect(done.map((delivery) => [sequenceOf(delivery), delivery.replayed])).toEqual([
        [1, false],
        [0, true],
      ]);
    });

    it('shows what a dead letter says, and passes over what strangers put among them', async () => {
      await engine.send({
        topic: 'streamprint.dead-letters',
        key: 'x',
        headers: { [TYPE_HEADER]: 'replayed/1' },
        value: Buffer.from('no JSON'),
      });
      const { draft, body } = segment('one', 0);
      await bus.publish(TOPIC, draft, body);
      await engine.send({
        topic: TOPIC,
        key: 'two',
        headers: { [TYPE_HEADER]: 'lost/1', 'x-note': 'a' },
        value: Buffer.from('{"at":1}'),
      });
      const handle = async () => {
        throw new Error('Not today.');
      };
      await bus.consume({ group: 'workers', topics: [TOPIC], attempts: 1, handle });
      const letters = await until(
        () => bus.deadLetters.list(),
        (list) => list.length === 2,
      );
      const of = (key: string) => bus.deadLetters.show(letters.find((letter) => letter.key === key)!.id);
      expect(await of('one')).toMatchObject({
        type: 'segment/1',
        bytes: body.length,
        content: { ...draft.content, blob: null },
        error: { message: 'Not today.' },
      });
      expect(await of('two')).toMatchObject({
        content: { at: 1 },
        headers: { 'x-note': 'a', [TYPE_HEADER]: 'lost/1' },
        error: { code: 'SP_MESSAGE_INVALID' },
      });
      await expect(bus.deadLetters.show(RUN)).rejects.toMatchObject({ code: 'SP_NOT_FOUND' });
    });

    it('buries at once what breaks the contract, and names the field', async () => {
      const { draft, body } = segment('one', 0);
      const content = { ...draft.content, blob: null };
      const send = (headers: Record<string, string>, key = 'one', value: Uint8Array = body) =>
        engine.send({ topic: TOPIC, key, headers, value });
      const as = (changed: object) => ({
        [TYPE_HEADER]: 'segment/1',
        [CONTENT_HEADER]: JSON.stringify({ ...content, ...changed }),
      });
      await send({});
      await send({ [TYPE_HEADER]: 'segment/9' });
      await send({ [TYPE_HEADER]: 'match/1' }, 'one', Buffer.from('{}'));
      await send({ [TYPE_HEADER]: 'segment/1', [CONTENT_HEADER]: '{' });
      await send(as({ capture: { start: 'yesterday', end: content.capture.end } }));
      await send(as({ id: RUN }));
      await send(as({ sequense: 1 }));
      await send(as({ bytes: 1999 }));
      await send(as({}), 'another');
      await send({ [TYPE_HEADER]: 'lost/1' }, 'one', Buffer.from('{"at":'));
      // Only whoever looks at the body can see this one.
      const other = Buffer.from(body).fill(0, 0, 10);
      await send(as({}), 'one', other);
      await publish('one', 1, 2);
      let handled = 0;
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        handle: async (delivery) => {
          await delivery.body!.read();
          handled++;
        },
      });
      const letters = await until(
        () => bus.deadLetters.list(),
        (list) => list.length >= 11,
      );
      await until(
        () => handled,
        (count) => count === 1,
      );
      expect(letters.every(({ error }) => error.code === 'SP_MESSAGE_INVALID')).toBe(true);
      const fields = letters.map(({ error }) => error.field);
      expect(fields.sort()).toEqual(
        [
          'header streamprint-type',
          'header streamprint-type',
          'header streamprint-type',
          'header streamprint-content',
          'capture.start',
          'id',
          'sequense',
          'value',
          'key',
          'value',
          'sha256',
        ].sort(),
      );
      expect(letters.find(({ error }) => error.field === 'capture.start')!.error.message).toBe(
        'capture.start must be a UTC time such as 2026-01-31T12:00:00.000Z.',
      );
    });

    it('puts large bodies in the blob store, and verifies them too', async () => {
      const { draft, body } = segment('one', 0, 8 * MIB + 1);
      await bus.publish(TOPIC, draft, body);
      const inline = segment('one', 1, 8 * MIB);
      await bus.publish(TOPIC, inline.draft, inline.body);
      const places: unknown[] = [];
      const digests: string[] = [];
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        handle: async (delivery) => {
          if (delivery.type !== 'segment/1') return;
          places.push(delivery.content.blob);
          digests.push(sha256(await delivery.body!.read()));
        },
      });
      await until(
        () => digests.length,
        (length) => length === 2,
      );
      const { sha256: digest } = draft.content;
      expect(places).toEqual([{ store: 'files', key: `${digest.slice(0, 2)}/${digest}` }, null]);
      expect(digests).toEqual([digest, inline.draft.content.sha256]);
      expect(await blobs.removeBefore(Date.now() - 60_000)).toBe(0);
      expect(await blobs.removeBefore(Date.now() + 60_000)).toBe(1);
    });

    it('waits where it is the circumstances that fail, and loses nothing', async () => {
      await publish('one', 0, 1);
      let tries = 0;
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        retryDelay: 5,
        handle: async () => {
          if (++tries < 8) throw new StreamprintError('SP_DISK_FULL', 'No room.');
        },
      });
      await until(
        () => tries,
        (count) => count === 8,
      );
      expect(bus.stats.deadLettered).toBe(0);
      expect(await bus.deadLetters.list()).toEqual([]);
    });

    it('refuses what it could never carry', async () => {
      const { draft } = segment('one', 0);
      const far = { ...draft, content: { ...draft.content, stream: { ...draft.content.stream, id: '' } } };
      await expect(bus.publish(TOPIC, far, segment('one', 0).body)).rejects.toMatchObject({
        code: 'SP_MESSAGE_INVALID',
        field: 'stream.id',
      });
      await expect(bus.publish('streamprint.matches', draft, segment('one', 0).body)).rejects.toMatchObject({
        code: 'SP_MESSAGE_INVALID',
        field: 'header streamprint-type',
      });
    });

    it('tells what comes again and what never came', async () => {
      await publish('one', 0, 2);
      const twice = segment('one', 2);
      await bus.publish(TOPIC, twice.draft, twice.body);
      await bus.publish(TOPIC, twice.draft, twice.body);
      await bus.publish(TOPIC, lost('one', 3, 4));
      await publish('one', 7, 8);
      await publish('one', 10, 11);
      const again = segment('one', 0, 100, '00000000-0000-4000-8000-000000000000');
      await bus.publish(TOPIC, again.draft, again.body);
      let progress: StreamProgress | null = null;
      const arrivals: unknown[] = [];
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        handle: async (delivery) => {
          const placed = delivery as Parameters<typeof arrivalOf>[1];
          const arrival = arrivalOf(progress, placed);
          arrivals.push(arrival.kind === 'missing' ? arrival.count : arrival.kind);
          if (arrival.kind !== 'again') progress = progressAfter(progress, placed);
          expect(arrivalOf(progress, placed).kind).toBe('again');
        },
      });
      await until(
        () => arrivals.length,
        (length) => length === 8,
      );
      expect(arrivals).toEqual(['next', 'next', 'next', 'again', 'next', 'next', 2, 'next']);
    });

    it('keeps of the catalogue what is there now, and tells what changes', async () => {
      const put = async (n: number, title: string) => {
        const body = Buffer.from(`fingerprint of ${title}`);
        await bus.publish('streamprint.catalogue', reference(n, title, body), body);
      };
      for (let n = 0; n < 5; n++) await put(n, `Title ${n}`);
      await put(1, 'A better title');
      await bus.retract('streamprint.catalogue', referenceKey(2));
      await reopen();
      const now = new Map<string, string>();
      const take = async ({ key, message, body }: Entry) => {
        if (message === null) now.delete(key);
        else if (message.type === 'reference/1')
          now.set(message.content.asset.title, Buffer.from(await body!.read()).toString());
        if (message?.type === 'reference/1' && message.content.asset.title === 'A better title')
          now.delete('Title 1');
        if (message === null) now.delete('Title 2');
      };
      const follower = await bus.follow({
        topic: 'streamprint.catalogue',
        take,
        onInvalid: (_, error) => {
          throw error;
        },
      });
      await follower.caughtUp;
      expect([...now.keys()].sort()).toEqual(['A better title', 'Title 0', 'Title 3', 'Title 4']);
      expect(now.get('Title 3')).toBe('fingerprint of Title 3');
      await put(9, 'Title 9');
      await until(
        () => now.size,
        (size) => size === 5,
      );
      await follower.close();
    });

    it('a follower ends with what its reader throws', async () => {
      const body = Buffer.from('x');
      await bus.publish('streamprint.catalogue', reference(0, 'Title', body), body);
      const follower = await bus.follow({
        topic: 'streamprint.catalogue',
        take: async () => {
          throw new Error('The index is full.');
        },
        onInvalid: () => undefined,
      });
      await expect(follower.caughtUp).rejects.toThrow('The index is full.');
      await follower.close();
    });

    it('is caught up at once where there is nothing', async () => {
      const follower = await bus.follow({
        topic: 'streamprint.catalogue',
        take: async () => undefined,
        onInvalid: () => undefined,
      });
      await follower.caughtUp;
      await follower.close();
      expect(await bus.deadLetters.list()).toEqual([]);
    });
  });
}

const referenceKey = (n: number): string => `00000000-0000-5000-8000-00000000000${n}`;

function reference(n: number, title: string, body: Buffer): Draft {
  return {
    type: 'reference/1',
    content: {
      id: referenceKey(n),
      asset: {
        catalogue: 'films',
        id: `asset-${n}`,
        title,
        eidr: null,
        isan: null,
        isrc: null,
        rightsHolder: null,
        territories: [],
        validFrom: null,
        validTo: null,
        excluded: [{ start: 12.5, end: 30 }],
      },
      fingerprintId: sha256(Buffer.from(title)),
      source: `${title}.mp4`,
      sourceBytes: 1000,
      registeredAt: '2026-01-31T12:00:00.000Z',
      missing: { video: 0, audio: 0 },
      sha256: sha256(body),
      bytes: body.length,
    },
  };
}
