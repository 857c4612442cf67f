/**
 * Registers, removes and merges without end, and says on standard output what it begins and what was
 * acknowledged, until it is killed. Arguments: seed, and a data directory, or the address of Elasticsearch and a prefix.
 */
import fs from 'node:fs';
import { openElasticIndexWriter } from '../../src/reference-index/elasticsearch/index.js';
import { openEmbeddedIndexWriter } from '../../src/reference-index/embedded/index.js';
import { CRASH_TITLES, crashTitle } from './crash-titles.js';
import { random } from './synthetic.js';

const [seed, where, prefix] = process.argv.slice(2);
const next = random(Number(seed));
const say = (line: string) => fs.writeSync(1, `${line}\n`);
const pick = () => Math.floor(next() * CRASH_TITLES);

const writer =
  prefix === undefined
    ? await openEmbeddedIndexWriter(where!)
    : await openElasticIndexWriter({ url: where!, prefix });
say('ready');
for (;;) {
  const what = next();
  if (what < 0.65) {
    const batch = [...new Set(Array.from({ length: 1 + Math.floor(next() * 3) }, pick))];
    say(`begin register ${batch.join(' ')}`);
    await writer.register(batch.map(crashTitle));
    say('done');
  } else if (what < 0.93) {
    const n = pick();
    say(`begin remove ${n}`);
    await writer.removeAsset('films', crashTitle(n).asset.id);
    say('done');
  } else {
    say('begin compact');
    await writer.compact();
    say('done');
  }
}
