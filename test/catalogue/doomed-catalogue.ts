/**
 * Registers, changes and removes without end, and tells the bus, until it is killed. Arguments: data directory,
 * seed, where the bus is.
 */
import { CataloguePublisher } from '../../src/catalogue/publish-catalogue.js';
import { openEmbeddedIndexWriter } from '../../src/reference-index/embedded/index.js';
import { random } from '../reference-index/synthetic.js';
import { type BusPlace, openBeside, work } from './over-the-bus.js';

const [directory, seed, place] = process.argv.slice(2) as [string, string, string];
const next = random(Number(seed));
const pick = () => Math.floor(next() * 12);
const index = await openEmbeddedIndexWriter(directory);
const publisher = new CataloguePublisher(index, await openBeside(JSON.parse(place) as BusPlace));
process.stdout.write('ready\n');
for (;;) {
  const what = next();
  const n = pick();
  const { asset } = work(n);
  if (what < 0.5) await index.register([work(n), work(pick(), 'another')]);
  else if (what < 0.8) await index.removeAsset('films', asset.id);
  else if (await index.hasFingerprint(work(n).fingerprintId))
    await index.registerExisting({ ...work(n), asset: { ...asset, title: `Title ${next()}` } });
  if (next() < 0.5) await publisher.publish();
}
