import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { streamId } from '../../src/domain/ids.js';
import { MediaPool } from '../../src/media/media-pool.js';
import { startProbe } from '../../src/probe/probe.js';
import { openEmbeddedIndex } from '../../src/reference-index/embedded/index.js';
import { startWorker } from '../../src/roles/worker.js';
import { Recorder } from '../../src/service/recorder.js';
import { type Content, openEmbeddedBus } from '../../src/transport/index.js';
import { streamprint } from '../support/cli.js';
import { cutIntoSegments } from '../support/live-channels.js';
import { makeChannel } from '../support/programme.js';
import { Sending } from '../support/sending.js';
import { childrenOf } from '../survival/processes.js';
import { makeProgrammes } from '../survival/programmes.js';
import { ToldOver } from '../survival/told.js';
import { until } from '../transport/support.js';

const BEGIN = Date.UTC(2026, 0, 31, 12);

describe('a worker', () => {
  let folder: string;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-worker-'));
    await makeProgrammes(file('programmes'), ['alpha', 'beta', 'other'], 40);
    await makeChannel(
      file('channel.ts'),
      (
        [
          ['other', 0, 6],
          ['alpha', 2, 24],
          ['other', 10, 8],
          ['beta', 0, 20],
          ['other', 20, 6],
        ] as const
      ).map(([title, from, seconds]) => ({ file: file(`programmes/${title}.mp4`), from, seconds })),
    );
    await cutIntoSegments(file('channel.ts'), file('channel'));
    await fs.rm(file('programmes/other.mp4'));
    await streamprint(['register', file('programmes'), '--data', file('data'), '--json']);
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  /** A bus with a worker and a recorder; `close` ends them all. */
  async function open(name: string) {
    const bus = openEmbeddedBus({ directory: file(`${name}/bus`) }, { blobs: null });
    const index = await openEmbeddedIndex(file('data'));
    const pool = await MediaPool.start({ threads: 1 });
    const store = DetectionStore.openWriter(file(`${name}/data`));
    const recorder = await Recorder.start(bus, store);
    const spool = file(`${name}/spool`);
    const worker = await startWorker({
      bus,
      index,
      pool,
      spool,
      group: 'workers',
      threads: 1,
      commitDelay: 0,
    });
    const closed = () =>
      until(
        () => store.find({ state: 'closed' }),
        (list) => list.length === 2,
        60_000,
      );
    const idle = () =>
      until(
        () => bus.stats,
        ({ waiting, running }) => waiting + running === 0,
      );
    const close = async () => {
      await worker.close();
      await recorder.close();
      await Promise.all([pool.close(), index.close(), bus.close()]);
      store.close();
    };
    return { bus, pool, store, spool, closed, idle, close };
  }

  it('finds in what a probe sent what `monitor` finds in the same segments', async () => {
    const { bus, store, spool, close, ...when } = await open('central');
    const matches: Content<'match/1'>[] = [];
    const follower = await bus.follow({
      topic: 'streamprint.matches',
      take: async ({ message }) => void (message?.type === 'match/1' && matches.push(message.content)),
      onInvalid: (_, error) => expect.fail(error.message),
    });
    const sending = new Sending(bus, 'one', BEGIN, 2);
    await sending.say('live');
    await sending.sendAll(file('channel'));
    await sending.say('gone');
    const closed = await when.closed();
    await when.idle();
    await follower.close();
    for (const { assetId, box, time, reference } of matches) {
      const { time: found } = closed.find((detection) => detection.assetId === assetId)!;
      expect(Date.parse(time.start)).toBeGreaterThanOrEqual(found.start - 500);
      expect(Date.parse(time.end)).toBeLessThanOrEqual(found.end + 500);
      expect((Date.parse(time.end) - Date.parse(time.start)) / 1000).toBeCloseTo(
        reference.end - reference.start,
        1,
      );
      expect(box!.x1 - box!.x0).toBeGreaterThan(0.5);
    }
    expect(new Set(matches.map(({ assetId }) => assetId))).toEqual(new Set(['alpha', 'beta']));
    const ledger = store.coverage(streamId('one'));
    expect(await fs.readdir(spool)).toEqual([]);
    expect(store.still(closed[0]!.id, 'stream')?.jpeg.length).toBeGreaterThan(500);
    await close();

    expect(ledger.map(({ state }) => state)).toEqual(['captured']);
    expect((ledger[0]!.time.end - ledger[0]!.time.start) / 1000).toBeCloseTo(64, 0);
    const { json } = await streamprint(['monitor', file('channel'), '--json', '--data', file('data')]);
    const expected = json.filter(({ type }) => type === 'detection.closed').map(({ detection }) => detection);
    const origin = Date.parse(expected[0].start) - closed[0]!.time.start;
    expect(closed.map(({ assetId, modality }) => [assetId, modality])).toEqual(
      expected.map(({ assetId, modality }) => [assetId, modality]),
    );
    closed.forEach(({ reference }, i) => {
      expect(reference.start).toBeCloseTo(expected[i].reference.start, 1);
      expect(reference.end).toBeCloseTo(expected[i].reference.end, 1);
    });
    closed.forEach(({ time }, i) => {
      expect(Math.abs(time.start + origin - Date.parse(expected[i].start))).toBeLessThan(3);
      expect(Math.abs(time.end + origin - Date.parse(expected[i].end))).toBeLessThan(3);
    });
  });

  it('finds it too where the probe sends what segments say, and keeps the media', async () => {
    const { bus, pool, store, closed, idle, close } = await open('edge');
    const directory = file('edge/probe');
    const probe = await startProbe([file('channel')], { bus, pool, directory, name: 'edge', mode: 'edge' });
    const found = await closed();
    await probe.stop();
    await idle();
    const [stream] = store.streams();
    const ledger = store.coverage(stream!.id);
    await close();
    expect(found.map(({ assetId, modality }) => [assetId, modality])).toEqual([
      ['alpha', 'both'],
      ['beta', 'both'],
    ]);
    expect(ledger.map(({ state }) => state)).toEqual(['captured']);
  });

  it('matches by itself what was a dead letter and came back', async () => {
    const { bus, store, idle, close } = await open('late');
    const files = (await fs.readdir(file('channel'))).sort();
    const bodies = await Promise.all(files.map((name) => fs.readFile(file(`channel/${name}`))));
    const sending = new Sending(bus, 'one', Date.now(), 2);
    for (const body of bodies.slice(0, 5)) await sending.send(body);
    await idle();
    await sending.send(bodies[5]!);
    // A machine that kills whatever decodes it.
    const [letter] = await until(
      () => {
        for (const pid of childrenOf(process.pid, 'workers/host.js')) process.kill(pid, 'SIGKILL');
        return bus.deadLetters.list();
      },
      (list) => list.length === 1,
      60_000,
    );
    for (const body of bodies.slice(6, 12)) await sending.send(body);
    await idle();
    const times = (state: string) =>
      store
        .coverage(streamId('one'))
        .filter((line) => line.state === state)
        .map(({ time }) => time);
    const [lost] = await until(
      () => times('lost'),
      (list) => list.length === 1,
    );
    expect(letter!.error.code).toBe('SP_DECODER_DIED');
    expect(await bus.deadLetters.replay([letter!.id])).toHaveLength(1);
    await until(
      () => times('captured').filter(({ start, end }) => start < lost!.end - 500 && end > lost!.start + 500),
      (list) => list.length === 1,
      60_000,
    );
    expect(await bus.deadLetters.list()).toHaveLength(1);
    await close();
  });

  it('accounts for the segments of a sound rendition of its own, too', async () => {
    const { bus, store, idle, close } = await open('apart');
    const told = await ToldOver.by(bus);
    const files = (await fs.readdir(file('channel'))).sort().slice(0, 3);
    const sending = new Sending(bus, 'one', BEGIN, 2);
    for (const name of files)
      for (const carries of ['both', 'audio'] as const)
        await sending.send(await fs.readFile(file(`channel/${name}`)), { carries });
    await told.settled([sending], 0);
    await idle();
    expect(told.accounted('one', sending.run)).toEqual({ had: [0, 1, 2, 3, 4, 5], lost: [] });
    const ledger = store.coverage(streamId('one'));
    await told.close();
    await close();
    expect(ledger).toHaveLength(1);
  });
});
