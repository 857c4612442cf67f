import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { expect, it } from 'vitest';
import type { Sending } from '../support/sending.js';
import { until } from '../transport/support.js';
import { CHANNELS, type Scene } from './fault-bench.js';
import { childrenOf } from './processes.js';

const LONG = { timeout: 240_000 };
/** A worker that takes over has only the last seconds from before: where a work began it knows less well, s. */
const TAKEN_OVER = 3;
/** How long the broker is away, ms; with STREAMPRINT_LONG_TESTS=1 two minutes. */
const AWAY_MS = process.env.STREAMPRINT_LONG_TESTS === '1' ? 120_000 : 12_000;

/** What happens to workers and to the broker between them and who sends. */
export function workerFaults(sceneNow: () => Scene): void {
  it('find what runs on the channels when nothing breaks', () => {
    const { undisturbed } = sceneNow().bench;
    const expected = Object.entries(CHANNELS).flatMap(([stream, stretches]) =>
      stretches.filter(([title]) => title !== 'other').map(([title]) => [stream, title, true]),
    );
    expect(undisturbed.found.map(({ stream, assetId, isClosed }) => [stream, assetId, isClosed])).toEqual(
      expected,
    );
  });

  it('go on with the streams of a worker that was killed', LONG, async () => {
    const scene = sceneNow();
    const args = ['worker', '--data', scene.bench.file('data'), '--port', '0'];
    const doomed = await scene.run(args, 'works on streams');
    await scene.run(args, 'works on streams');
    const sendings = await scene.send(async ({ stream, sequence }) => {
      if (stream === 'one' && sequence === 12) doomed.kill('SIGKILL');
    });
    await expectUndisturbed(scene, sendings, TAKEN_OVER);
  });

  it('hand partitions over while they work', LONG, async () => {
    const scene = sceneNow();
    const first = await scene.work();
    const moves: Promise<unknown>[] = [];
    const sendings = await scene.send(async ({ stream, sequence }) => {
      if (stream !== 'one') return;
      if (sequence === 6 || sequence === 10) moves.push(scene.work());
      if (sequence === 18) moves.push(first.close());
    }, 500);
    await Promise.all(moves);
    await expectUndisturbed(scene, sendings, TAKEN_OVER);
  });

  it('survive that the broker is killed under load, without help', LONG, async () => {
    const scene = sceneNow();
    const { engine } = scene.bench.broker;
    await scene.work();
    let restarted = Promise.resolve();
    const restart = async () => {
      await engine.kill();
      await engine.restart();
    };
    const sendings = await scene.send(async ({ stream, sequence }) => {
      if (stream === 'two' && sequence === 8) restarted = restart();
    });
    await restarted;
    await expectUndisturbed(scene, sendings);
  });

  it(`survive that the broker is away for ${AWAY_MS / 1000} s`, { timeout: 400_000 }, async () => {
    const scene = sceneNow();
    const { engine } = scene.bench.broker;
    await scene.work();
    let away = Promise.resolve();
    const goAway = async () => {
      await engine.stop();
      await sleep(AWAY_MS);
      await engine.restart();
    };
    const sendings = await scene.send(async ({ stream, sequence }) => {
      if (stream === 'three' && sequence === 8) away = goAway();
    });
    await away;
    await expectUndisturbed(scene, sendings);
  });

  it('set aside what is no media, too large or malformed, and go on', LONG, async () => {
    const scene = sceneNow();
    await scene.work();
    const sendings = await scene.send(async (sending) => {
      if (sending.sequence !== 15) return;
      if (sending.stream === 'one') {
        await sending.send(randomBytes(50_000), sending.lasting(0));
        await expect(sending.send(Buffer.alloc(30 * 2 ** 20))).rejects.toMatchObject({
          code: 'SP_MESSAGE_TOO_LARGE',
        });
      }
      if (sending.stream === 'two') await sendMalformed(scene, sending);
    });
    await expectSetAside(scene, sendings, {
      one: { code: 'SP_INPUT_NOT_MEDIA' },
      two: { code: 'SP_MESSAGE_INVALID', field: 'probe' },
    });
  });

  it('set aside what has killed the decoder twice, and go on', LONG, async () => {
    const scene = sceneNow();
    const worker = await scene.work();
    let waiting = 0;
    let isOver = false;
    const sendings = await scene.send(async (sending) => {
      if (sending.sequence !== 15) return;
      waiting++;
      // Nothing but the poison is to be decoded while decoders are killed.
      if (sending.stream !== 'three') return void (await until(() => isOver, Boolean, 120_000));
      await until(
        () => waiting === Object.keys(CHANNELS).length && worker.worker.load.running === 0,
        Boolean,
        120_000,
      );
      await sending.send(scene.bench.segments('three')[3]!, sending.lasting(0));
      await until(
        () => {
          for (const pid of childrenOf(process.pid, 'workers/host.js')) process.kill(pid, 'SIGKILL');
          return scene.told.accounted('three', sending.run).lost;
        },
        (lost) => lost.length > 0,
        120_000,
      );
      isOver = true;
    });
    await expectSetAside(scene, sendings, { three: { code: 'SP_DECODER_DIED' } });
  });
}

/** Every segment had once, and everything found as when nothing breaks. */
export async function expectUndisturbed(
  scene: Scene,
  sendings: readonly Sending[],
  within = 1,
): Promise<void> {
  await scene.settled(sendings);
  for (const { stream, run, sequence } of sendings)
    expect(scene.told.accounted(stream, run), stream).toEqual({ had: upTo(sequence), lost: [] });
  scene.told.expectLike(scene.bench.undisturbed, within);
}

/** Of each stream that has a bad message, number 15 of it, that one is lost, and a dead letter; nothing else is. */
async function expectSetAside(
  scene: Scene,
  sendings: readonly Sending[],
  bad: Readonly<Record<string, object>>,
): Promise<void> {
  await scene.settled(sendings);
  const letters = await scene.told.letters();
  expect(letters).toHaveLength(Object.keys(bad).length);
  for (const { stream, run, sequence } of sendings) {
    const lost = bad[stream] ? [15] : [];
    const had = upTo(sequence).filter((n) => !lost.includes(n));
    expect(scene.told.accounted(stream, run), stream).toEqual({ had, lost });
    const [letter] = letters.filter(({ key }) => key === stream);
    if (bad[stream]) expect(letter?.error).toMatchObject(bad[stream]);
  }
  expect(scene.told.contradictions).toEqual([]);
  expect(scene.told.found.map(({ stream, assetId }) => [stream, assetId])).toEqual(
    scene.bench.undisturbed.found.map(({ stream, assetId }) => [stream, assetId]),
  );
}

/** What a client would send that is not ours, and does not keep to the contract. */
async function sendMalformed(scene: Scene, sending: Sending): Promise<void> {
  const kafka = new Kafka({ brokers: [scene.bench.broker.engine.address], logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  await producer.connect();
  const body = randomBytes(10);
  const content = { ...sending.draft(body).content, probe: 7, blob: null };
  const headers = { 'streamprint-type': 'segment/1', 'streamprint-content': JSON.stringify(content) };
  await producer.send({
    topic: `${scene.prefix}.segments`,
    acks: -1,
    messages: [{ key: sending.stream, value: body, headers }],
  });
  await producer.disconnect();
  sending.sequence++;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
