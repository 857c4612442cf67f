import { afterAll, beforeAll, expect, it } from 'vitest';
import { openElasticIndexWriter } from '../../../src/reference-index/elasticsearch/index.js';
import { describeWith } from '../../engines/available.js';
import { elasticsearch8 } from '../../engines/elasticsearch.js';
import { expectWhole, follow, killedAfter, type State } from '../crash.js';
import { CRASH_SECONDS, CRASH_TITLES } from '../crash-titles.js';
import { random } from '../synthetic.js';
import { TestServer } from './server.js';

const KILLS = 8;
const CHUNKS = CRASH_SECONDS / 10;

await describeWith(elasticsearch8, 'the index on Elasticsearch, its process killed at any moment', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start(elasticsearch8);
  }, 240_000);
  afterAll(() => server?.dispose());

  it(`has all that was acknowledged, whole and once, and nothing else, after each of ${KILLS} kills`, async () => {
    const options = server.options();
    const next = random(77);
    const states: State[] = Array.from({ length: CRASH_TITLES }, () => 'gone');
    let acknowledged = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const said = await killedAfter([options.url, options.prefix], kill, 500 + next() * 4000);
      follow(states, said);
      acknowledged += said.filter((line) => line === 'done').length;
      // The place of a process of this machine that is gone is taken at once.
      const index = await openElasticIndexWriter(options);
      const references = await expectWhole(index, states);
      expect((await index.stats()).landmarks).toBe(references * 22 * CRASH_SECONDS);
      const { count } = await server.call<{ count: number }>('GET', `/${options.prefix}-chunks/_count`);
      expect(count).toBe(references * CHUNKS);
      await index.close();
    }
    expect(acknowledged).toBeGreaterThan(0);
  }, 600_000);
});
