/**
 * What so many streams and hours take, worked out from what was measured here: `npm run plan -- --streams 100000 --hours
 * 1000000`. See docs/scale.md.
 */
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { printTable, resultsFile } from './lib/results.js';
import { ASSUMED, type Measured, planOf, type Wanted } from './plan/plan.js';

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '100000' },
    hours: { type: 'string', default: '1000000' },
    'segment-seconds': { type: 'string', default: '6' },
    mbit: { type: 'string', default: '5' },
    'edge-kb': { type: 'string' },
    asking: { type: 'string', default: '1' },
    'shard-hours': { type: 'string', default: '10000' },
    'cores-per-node': { type: 'string', default: '32' },
    'disk-per-node': { type: 'string', default: '4' },
    replicas: { type: 'string', default: '1' },
    load: { type: 'string', default: '0.6' },
  },
});

function number(text: string, name: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0) return value;
  throw new TypeError(`--${name} is "${text}": it must be a number`);
}

function measured(): Measured {
  const read = (name: string): unknown => JSON.parse(fs.readFileSync(resultsFile(name), 'utf8'));
  const { wholeWay } = read('throughput') as Pick<Measured, 'wholeWay'>;
  return { wholeWay, index: read('index') as Measured['index'] };
}

const wanted: Wanted = {
  streams: number(values.streams, 'streams'),
  hours: number(values.hours, 'hours'),
  segmentSeconds: number(values['segment-seconds'], 'segment-seconds'),
  mbit: number(values.mbit, 'mbit'),
  edgeKB: values['edge-kb'] === undefined ? null : number(values['edge-kb'], 'edge-kb'),
  asking: number(values.asking, 'asking'),
  shardHours: number(values['shard-hours'], 'shard-hours'),
  coresPerNode: number(values['cores-per-node'], 'cores-per-node'),
  diskPerNodeTB: number(values['disk-per-node'], 'disk-per-node'),
  replicas: number(values.replicas, 'replicas'),
  load: number(values.load, 'load'),
};
const { ingest, workers, index, breaksFirst } = planOf(wanted, measured());
const said = (value: number) => (value < 10 ? value.toPrecision(2) : Math.round(value).toLocaleString('en'));

printTable(
  `${wanted.streams.toLocaleString('en')} streams, ${wanted.hours.toLocaleString('en')} h of references`,
  ['what', 'how much'],
  [
    ['into the brokers, MB a second', said(ingest.megabytesASecond)],
    [`partitions (${ASSUMED.partitionMB} MB a second each, assumed)`, said(ingest.partitions)],
    [
      `brokers (${ASSUMED.brokerMB} MB a second each, ${ASSUMED.brokerCopies} copies, assumed)`,
      said(ingest.brokers),
    ],
    [`cores that decode and match, at ${wanted.load * 100} % load`, said(workers.cores)],
    [`worker nodes of ${wanted.coresPerNode} cores`, said(workers.nodes)],
    [`shards of ${wanted.shardHours.toLocaleString('en')} h`, said(index.shards)],
    [`TB of index, with ${wanted.replicas} replica(s)`, said(index.terabytes)],
    ['look-ups of a segment a second', said(index.lookUpsASecond)],
    ['core-ms a look-up, all shards together', said(index.coreMsALookUp)],
    [`cores that look up, at ${wanted.load * 100} % load`, said(index.cores)],
    [`index nodes of ${wanted.coresPerNode} cores and ${wanted.diskPerNodeTB} TB`, said(index.nodes)],
    ['days to register it all, one writer', index.registerDays === null ? '–' : said(index.registerDays)],
  ],
);
console.log(`\nBreaks first: ${breaksFirst.join(', then ')}.`);
