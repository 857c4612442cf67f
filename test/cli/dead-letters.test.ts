import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { configFrom } from '../../src/config.js';
import { openBus } from '../../src/roles/bus.js';
import type { Bus, Delivery } from '../../src/transport/index.js';
import { describeWith } from '../engines/available.js';
import { kafka } from '../engines/kafka.js';
import { streamprint } from '../support/cli.js';
import { TestBroker } from '../transport/kafka/broker.js';
import { RUN, segment, until } from '../transport/support.js';

// Servers and programs start slowly where much else runs.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const TOPIC = 'streamprint.segments';

interface Place {
  /** What makes the command use this bus. */
  readonly environment: Record<string, string>;
  dispose(): Promise<void>;
}

function describeCommand(name: string, prepare: () => Promise<Place>): void {
  describe(`dead-letters (${name})`, () => {
    let place: Place;
    let folder: string;
    let bus: Bus;
    /** What the worker took, and whether it takes everything. */
    const taken: Delivery[] = [];
    let willing = false;
    const command = (...args: string[]) =>
      streamprint(['dead-letters', ...args, '--data', folder], place.environment);

    beforeAll(async () => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-letters-'));
      place = await prepare();
      bus = await openBus(configFrom(place.environment), folder, 'test');
    });
    afterAll(async () => {
      await bus?.close();
      await place?.dispose();
      fs.rmSync(folder, { recursive: true, force: true });
    });

    it('says so where there are none', async () => {
      expect(await command('list')).toMatchObject({ code: 0, stdout: '', stderr: 'no dead letters\n' });
    });

    it('lists what, when, from where and why, while a worker runs', async () => {
      for (let n = 0; n < 4; n++) {
        const { draft, body } = segment(`stream-${n}`, n);
        await bus.publish(TOPIC, draft, body);
      }
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        attempts: 1,
        handle: async (delivery) => {
          if (!willing && delivery.content && 'sequence' in delivery.content && delivery.content.sequence > 0)
            throw new Error('The decoder died.');
          taken.push(delivery);
        },
      });
      await until(
        () => bus.deadLetters.list(),
        (list) => list.length === 3,
      );
      const { json, code } = await command('list', '--json');
      expect(code).toBe(0);
      expect(json.map(({ key }) => key).sort()).toEqual(['stream-1', 'stream-2', 'stream-3']);
      expect(json[0]).toMatchObject({
        at: expect.stringMatching(/Z$/),
        group: 'workers',
        error: { code: 'SP_UNEXPECTED', message: 'The decoder died.', field: null },
        origin: { topic: TOPIC, partition: expect.any(Number), offset: expect.any(Number) },
        type: 'segment/1',
        replayed: false,
      });
      expect((await command('list', '--topic', 'fingerprints', '--json')).json).toEqual([]);
      const { stdout } = await command('list', '--topic', 'segments');
      expect(stdout.split('\n')).toHaveLength(5);
      expect(stdout).toContain('The decoder died. [SP_UNEXPECTED]');
    });

    it('shows one with what it says', async () => {
      const [letter] = (await command('list', '--json')).json;
      const { json } = await command('show', letter!.id, '--json');
      expect(json).toMatchObject([{ ...letter, content: { stream: { id: letter!.key } } }]);
      const { stdout } = await command('show', letter!.id);
      expect(stdout).toContain(`key: ${letter!.key}`);
      expect(stdout).toContain('"probe": "probe-1"');
      const none = await command('show', RUN);
      expect(none).toMatchObject({
        code: 1,
        stderr: `error: There is no dead letter ${RUN}. [SP_NOT_FOUND]\n`,
      });
    });

    it('sends back what is named, once, and the running worker takes it', async () => {
      willing = true;
      const [letter] = (await command('list', '--json')).json;
      expect((await command('replay', RUN, letter!.id)).code).toBe(1);
      const first = await command('replay', letter!.id, '--json');
      expect(first).toMatchObject({
        code: 0,
        json: [{ id: letter!.id, key: letter!.key, topic: TOPIC, replayed: true, error: null }],
      });
      expect(await command('replay', letter!.id, '--json')).toMatchObject({ code: 0, json: [] });
      await until(
        () => taken.length,
        (length) => length === 2,
      );
      expect(taken[1]).toMatchObject({ replayed: true, content: { stream: { id: letter!.key } } });
      await taken[1]!.body!.read();
      const listed = (await command('list', '--json')).json;
      expect(listed.map(({ id, replayed }) => replayed === (id === letter!.id))).toEqual([true, true, true]);
    });

    it('sends back all that is left', async () => {
      expect(await command('replay')).toMatchObject({ code: 1, stderr: expect.stringContaining('SP_USAGE') });
      expect((await command('replay', '--topic', 'fingerprints', '--json')).json).toEqual([]);
      expect((await command('replay', '--all', '--json')).json).toHaveLength(2);
      await until(
        () => taken.length,
        (length) => length === 4,
      );
      expect(await command('replay', '--all')).toMatchObject({ code: 0, stderr: 'nothing to send back\n' });
      expect(taken).toHaveLength(4);
    });
  });
}

describeCommand('embedded', async () => ({ environment: {}, dispose: async () => undefined }));

await describeWith(kafka, 'with a real broker', () => {
  describeCommand('Kafka', async () => {
    const broker = await TestBroker.start();
    return {
      environment: { STREAMPRINT_KAFKA: broker.engine.address, STREAMPRINT_KAFKA_PARTITIONS: '2' },
      dispose: () => broker.dispose(),
    };
  });
});
