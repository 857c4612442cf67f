import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { MediaPool } from '../../src/media/media-pool.js';
import { startProbe } from '../../src/probe/probe.js';
import { openEmbeddedIndex } from '../../src/reference-index/embedded/index.js';
import { startWorker } from '../../src/roles/worker.js';
import { Recorder } from '../../src/service/recorder.js';
import { openEmbeddedBus } from '../../src/transport/index.js';
import { sha256 } from '../capture/support.js';
import { streamprint } from '../support/cli.js';
import { cutIntoSegments } from '../support/live-channels.js';
import { makeChannel } from '../support/programme.js';
import { makeProgrammes } from '../survival/programmes.js';
import { until } from '../transport/support.js';

describe('a probe at the edge and a worker', () => {
  let folder: string;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-edge-worker-'));
    await makeProgrammes(file('programmes'), ['alpha', 'other'], 40);
    const stretches = (
      [
        ['other', 0, 16],
        ['alpha', 4, 24],
        ['other', 16, 16],
      ] as const
    ).map(([title, from, seconds]) => ({ file: file(`programmes/${title}.mp4`), from, seconds }));
    await makeChannel(file('channel.ts'), stretches);
    await cutIntoSegments(file('channel.ts'), file('channel'));
    await fs.rm(file('programmes/other.mp4'));
    await streamprint(['register', file('programmes'), '--data', file('data'), '--json']);
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  it('find what `monitor` finds, and the media behind it come back from the probe when they are asked for', async () => {
    const data = file('service');
    const bus = openEmbeddedBus({ directory: path.join(data, 'bus') }, { blobs: null });
    const index = await openEmbeddedIndex(file('data'));
    const pool = await MediaPool.start({ threads: 2 });
    const store = DetectionStore.openWriter(data);
    const recorder = await Recorder.start(bus, store);
    const common = { bus, pool, spool: file('spool'), group: 'workers', threads: 1, commitDelay: 0 };
    const worker = await startWorker({ ...common, index });
    const probe = await startProbe([file('channel')], {
      bus,
      pool,
      name: 'edge-1',
      directory: file('probe'),
      mode: 'edge',
      sameProcess: true,
    });
    const [closed] = await until(
      () => store.find({ state: 'closed' }),
      (list) => list.length === 1,
      60_000,
    );
    expect(closed).toMatchObject({ assetId: 'alpha', modality: 'both' });
    expect(closed!.reference.start).toBeCloseTo(4, 0);
    expect(closed!.reference.end).toBeCloseTo(28, 0);
    await until(
      () => probe.stats.evidence.pinned,
      (count) => count > 0,
    );

    // Asked by another process, as an investigator does.
    const { json } = await streamprint([
      'evidence',
      closed!.id,
      '--out',
      file('evidence'),
      '--data',
      data,
      '--json',
    ]);
    const names = (await fs.readdir(file('channel'))).sort();
    const shown = json.map(({ sequence }) => sequence as number);
    // The asset runs from second 16 to 40, in segments of 2 s.
    for (let n = 8; n < 20; n++) expect(shown).toContain(n);
    expect(shown.length).toBeLessThan(names.length);
    for (const { sequence, file: name, sha256: digest } of json) {
      const bytes = await fs.readFile(path.join(file('evidence'), name));
      expect(sha256(bytes)).toBe(digest);
      expect(bytes.equals(await fs.readFile(path.join(file('channel'), names[sequence]!)))).toBe(true);
    }
    const card = JSON.parse(await fs.readFile(path.join(file('evidence'), 'evidence.json'), 'utf8'));
    expect(card).toMatchObject({ detection: closed!.id, end: { probe: 'edge-1', reason: '' } });
    await probe.stop();
    await worker.close();
    await recorder.close();
    store.close();
    await Promise.all([pool.close(), index.close(), bus.close()]);
  });
});
