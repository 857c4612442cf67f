import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { configFrom } from '../../src/config.js';
import { openBus } from '../../src/roles/bus.js';
import type { Bus, Content } from '../../src/transport/index.js';
import { describeWith } from '../engines/available.js';
import { kafka } from '../engines/kafka.js';
import { start, streamprint } from '../support/cli.js';
import { cutIntoSegments } from '../support/live-channels.js';
import { makeChannel, makeProgramme } from '../support/programme.js';
import { TestBroker } from '../transport/kafka/broker.js';
import { until } from '../transport/support.js';

// Servers and programs start slowly where much else runs.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

await describeWith(kafka, 'a worker that shares nothing with the catalogue but the bus', () => {
  let broker: TestBroker;
  let folder: string;
  let bus: Bus;
  let worker: ChildProcess;
  let environment: Record<string, string>;
  const detections: Content<'detection/1'>[] = [];
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-elsewhere-'));
    broker = await TestBroker.start();
    environment = { STREAMPRINT_KAFKA: broker.engine.address, STREAMPRINT_THREADS: '1' };
    await makeProgramme(file('alpha.mp4'), 71, 26);
    await makeProgramme(file('other.mp4'), 72, 6);
    const stretches = [
      { file: file('other.mp4'), from: 0, seconds: 6 },
      { file: file('alpha.mp4'), from: 4, seconds: 20 },
    ];
    await makeChannel(file('channel.ts'), stretches);
    await cutIntoSegments(file('channel.ts'), file('channel'));
    bus = await openBus(configFrom(environment), file('look'), 'test');
  });
  afterAll(async () => {
    worker?.kill('SIGKILL');
    await bus?.close();
    await broker?.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('finds what was registered elsewhere on what was captured elsewhere', async () => {
    const registered = await streamprint(
      ['register', file('alpha.mp4'), '--data', file('data')],
      environment,
    );
    expect(registered).toMatchObject({ code: 0 });
    worker = start(['worker', '--data', file('worker')], environment);
    let said = '';
    worker.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await until(
      () => said,
      (text) => text.includes('works on streams'),
      120_000,
    );
    await bus.consume({
      group: 'test',
      topics: ['streamprint.detections'],
      handle: async (delivery) => {
        if (delivery.type === 'detection/1') detections.push(delivery.content);
      },
    });
    const probe = ['probe', file('channel'), '--data', file('probe'), '--name', 'elsewhere'];
    expect(await streamprint(probe, environment)).toMatchObject({ code: 0 });
    await until(
      () => detections.map(({ change }) => change),
      (changes) => changes.includes('closed'),
      120_000,
    );
    const closed = detections.filter(({ change }) => change === 'closed');
    expect(closed).toMatchObject([{ assetId: 'alpha', title: 'alpha' }]);
    expect(closed[0]!.reference.start).toBeCloseTo(4, 0);
    expect(closed[0]!.reference.end).toBeCloseTo(24, 0);
  });
});
