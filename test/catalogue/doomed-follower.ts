/** Follows a catalogue until it is killed. Arguments: directory of its index, where the bus is. */
import { CatalogueFollower } from '../../src/catalogue/follow-catalogue.js';
import { openEmbeddedIndexWriter } from '../../src/reference-index/embedded/index.js';
import { type BusPlace, openBeside } from './over-the-bus.js';

const [directory, place] = process.argv.slice(2) as [string, string];
const index = await openEmbeddedIndexWriter(directory);
const bus = await openBeside(JSON.parse(place) as BusPlace);
const onTrouble = (message: string) => process.stderr.write(`${message}\n`);
process.stdout.write('begun\n');
await CatalogueFollower.start({ bus, index, directory, onTrouble });
process.stdout.write('ready\n');
