import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import { expect, it } from 'vitest';
import { startProbe } from '../../src/probe/probe.js';
import { broadcast } from '../support/live-channels.js';
import { until } from '../transport/support.js';
import { CHANNELS, type Scene } from './fault-bench.js';
import { SentOver } from './sent.js';

const LONG = { timeout: 300_000 };
/** Seconds of the channels a second of the clock. */
const PACE = 2;
const HOUR_MS = 3_600_000;

/** What happens to probes. */
export function probeFaults(sceneNow: () => Scene): void {
  it(
    'account for all that a probe has sent that was killed, and lose nothing of what it began',
    LONG,
    async () => {
      const scene = sceneNow();
      const channels = await broadcast(scene.bench.file('channels'), PACE);
      const sent = await SentOver.by(scene.bus);
      try {
        await scene.work();
        const args = ['probe', channels.url, '--data', scene.bench.file('probe-killed'), '--json'];
        const doomed = await scene.run(args, 'live');
        await until(
          () => sent.count,
          (count) => count > 24,
          60_000,
        );
        doomed.kill('SIGKILL');
        await once(doomed, 'exit');
        await scene.run(args, 'live');
        channels.end();
        await expectAccounted(scene, sent);
        expect(sent.runs.length).toBe(2 * Object.keys(CHANNELS).length);
        expect(found(scene)).toEqual(undisturbed(scene));
      } finally {
        await sent.close();
        await channels.close();
      }
    },
  );

  it('account for what a probe loses whose disk is full', LONG, async (context) => {
    const scene = sceneNow();
    const data = scene.bench.file('probe-small');
    fs.mkdirSync(data);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', data]);
    if (mounted.status !== 0) context.skip('a small file system can only be mounted by root');
    const channels = await broadcast(scene.bench.file('channels'), PACE);
    const sent = await SentOver.by(scene.bus);
    try {
      await scene.work();
      const probe = await scene.run(['probe', channels.url, '--data', data, '--json'], 'live');
      channels.end();
      await expectAccounted(scene, sent);
      expect([...sent.reasons].join()).toMatch(/no space left/);
      probe.kill('SIGTERM');
      await once(probe, 'exit');
    } finally {
      await sent.close();
      await channels.close();
      spawnSync('umount', ['-l', data]);
    }
  });

  it('find the same although the clock of a probe is set an hour ahead, and back', LONG, async () => {
    const scene = sceneNow();
    const channels = await broadcast(scene.bench.file('channels'), PACE);
    const sent = await SentOver.by(scene.bus);
    let ahead = 0;
    const probe = await startProbe([channels.url], {
      bus: scene.bus,
      name: os.hostname(),
      directory: scene.bench.file('probe-clock'),
      mode: 'central',
      now: () => Date.now() + ahead,
    });
    try {
      await scene.work();
      await until(
        () => sent.count,
        (count) => count > 24,
        60_000,
      );
      ahead = HOUR_MS;
      await until(
        () => sent.count,
        (count) => count > 54,
        60_000,
      );
      ahead = 0;
      channels.end();
      await expectAccounted(scene, sent);
      expect(found(scene)).toEqual(undisturbed(scene));
      const inTheFuture = scene.told.ledger.filter(({ time }) => Date.parse(time.end) > Date.now() + 60_000);
      expect(inTheFuture).toEqual([]);
      expect(scene.told.ledger.filter(({ state }) => state === 'silent')).toEqual([]);
    } finally {
      await probe.stop();
      await sent.close();
      await channels.close();
    }
  });
}

const found = ({ told }: Scene) =>
  told.found.map(({ stream, assetId, isClosed }) => [stream, assetId, isClosed]);
const undisturbed = ({ bench }: Scene) =>
  bench.undisturbed.found.map(({ stream, assetId, isClosed }) => [stream, assetId, isClosed]);

/** Once all channels are gone: every number that a run had is sent or reported lost, and is in the ledger as such. */
async function expectAccounted(scene: Scene, sent: SentOver): Promise<void> {
  await until(
    () => sent.gone.size,
    (gone) => gone === Object.keys(CHANNELS).length,
    120_000,
  );
  await until(
    () =>
      sent.runs.map((one) => {
        const { had, lost } = scene.told.accounted(one.stream, one.run);
        return { of: one.sent.length + one.lost.length, accounted: had.length + lost.length };
      }),
    (runs) => runs.every(({ of, accounted }) => accounted >= of),
    120_000,
  );
  for (const { stream, run, sent: numbers, lost } of sent.runs) {
    expect(scene.told.accounted(stream, run), stream).toEqual({ had: numbers, lost });
    const all = [...numbers, ...lost].sort((a, b) => a - b);
    expect(all).toEqual(all.map((_, i) => all[0]! + i));
  }
  await until(
    () => scene.told.found,
    (detections) => detections.every(({ isClosed }) => isClosed),
    60_000,
  );
  expect(scene.told.contradictions).toEqual([]);
}
