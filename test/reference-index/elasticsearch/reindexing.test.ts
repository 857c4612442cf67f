import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  openElasticIndex,
  openElasticIndexWriter,
} from '../../../src/reference-index/elasticsearch/index.js';
import type { ReferenceIndex } from '../../../src/reference-index/reference-index.js';
import { describeWith } from '../../engines/available.js';
import { elasticsearch8 } from '../../engines/elasticsearch.js';
import { damagedLandmarks, damagedPictures, registrationOf, syntheticFingerprint } from '../synthetic.js';
import { TestServer } from './server.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const TITLES = Array.from({ length: 4 }, (_, n) =>
  registrationOf(syntheticFingerprint(n, { seconds: 90 }), { bytes: `bytes ${n}`, asset: `asset-${n}` }),
);

/** What is nominated first for each title, by its sound and by its pictures. */
async function firsts(index: ReferenceIndex): Promise<string[]> {
  const found: string[] = [];
  for (const { fingerprint } of TITLES) {
    const stretch = { from: 31, to: 41, seed: 4 };
    const landmarks = damagedLandmarks(fingerprint.audio[0]!, { ...stretch, survive: 0.2 });
    const [sound] = await index.nominateByLandmarks(landmarks, 5);
    const [pictures] = await index.nominateByPictures(
      damagedPictures(fingerprint, { ...stretch, flips: 10 }),
      5,
    );
    found.push(sound?.fingerprintId ?? '', pictures?.fingerprintId ?? '');
  }
  return found;
}

await describeWith(elasticsearch8, 'an index that is written anew', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start(elasticsearch8);
  });
  afterAll(() => server?.dispose());

  it('answers from the old one until the new one is whole, which has the shards that are asked for', async () => {
    const options = server.options();
    const before = await openElasticIndexWriter(options);
    for (const title of TITLES) await before.register([title]);
    await before.close();
    const writer = await openElasticIndexWriter({ ...options, shards: 2 });
    const reader = await openElasticIndex(options);
    const expected = TITLES.flatMap(({ fingerprintId: id }) => [id, id]);
    expect(await firsts(reader)).toEqual(expected);
    const indices = () => server.call<Record<string, unknown>>('GET', `/_alias/${options.prefix}-chunks`);
    expect(Object.keys(await indices())).toEqual([`${options.prefix}-chunks-000001`]);
    let done = false;
    const work = writer.compact({ anew: true }).finally(() => {
      done = true;
    });
    for (let asked = 0; !done || asked === 0; asked++) expect(await firsts(reader)).toEqual(expected);
    await work;
    const next = `${options.prefix}-chunks-000002`;
    expect(Object.keys(await indices())).toEqual([next]);
    const settings = await server.call<Record<string, { settings: { index: { number_of_shards: string } } }>>(
      'GET',
      `/${next}/_settings`,
    );
    expect(settings[next]!.settings.index.number_of_shards).toBe('2');
    await reader.refresh();
    expect(await firsts(reader)).toEqual(expected);
    expect((await writer.readFingerprint(TITLES[1]!.fingerprintId))!.video).toEqual(
      TITLES[1]!.fingerprint.video,
    );
    await reader.close();
    await writer.close();
  });
});
