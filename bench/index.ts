/**
 * How the reference index grows, on both engines: `npm run bench:index -- --media DIR [--hours 100,1000,10000] [--engines
 * embedded,elasticsearch] [--load-minutes 60]`. Titles of the folder are planted among made-up hours and looked for by
 * clips under attack. A size that would take an engine longer to load is made of copies of the one before. Figures of
 * the engines that are not asked for are kept.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MediaPool } from '../src/media/media-pool.js';
import { clusteringOf } from './index-scale/clustering.js';
import { type EngineName, startEngine } from './index-scale/engines.js';
import { growthPlot } from './index-scale/growth-plot.js';
import { madeUpHour } from './index-scale/made-up.js';
import { indexMaterial } from './index-scale/material.js';
import { type IndexFigures, runEngine } from './index-scale/run.js';
import { printTable, ROOT, resultsFile, writeResults } from './lib/results.js';

const { values: options } = parseArgs({
  options: {
    media: { type: 'string' },
    hours: { type: 'string', default: '100,1000,10000' },
    'load-minutes': { type: 'string', default: '60' },
    engines: { type: 'string', default: 'embedded,elasticsearch' },
    titles: { type: 'string', default: '6' },
    strangers: { type: 'string', default: '12' },
    heap: { type: 'string', default: '1024' },
  },
});
const SIZES = options.hours.split(',').map(Number);
const LOAD_MINUTES = Number(options['load-minutes']);
const ENGINES = options.engines.split(',') as EngineName[];

function say(text: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
}

async function main(): Promise<void> {
  if (!options.media) throw new Error('--media DIR: a folder of films, music and photographs');
  const pool = await MediaPool.start({ threads: 1 });
  const material = await indexMaterial(
    options.media,
    pool,
    Number(options.titles),
    Number(options.strangers),
    say,
  ).finally(() => pool.close());
  const madeUp = Array.from({ length: 10 }, (_, n) => madeUpHour(material.real, n).fingerprint);
  const clustering = { real: clusteringOf(material.real), madeUp: clusteringOf(madeUp) };
  say(`bits of a term: ${JSON.stringify(clustering)}`);
  writeResults('index-facts', { clustering }, { ...options, media: path.basename(options.media) });
  const all: IndexFigures[] = [];
  for (const name of ENGINES) {
    const engine = await startEngine(name, Number(options.heap));
    try {
      await runEngine(engine, SIZES, LOAD_MINUTES, material, say, (figures) => {
        all.push(figures);
        print(all);
        keep(all);
      });
    } finally {
      await engine.dispose();
    }
  }
}

/** The format is an array; machine, commit and settings stand in a file beside it. */
function keep(all: readonly IndexFigures[]): void {
  const file = resultsFile('index');
  const before = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as IndexFigures[]) : [];
  const kept = [...before.filter(({ engine }) => !ENGINES.includes(engine)), ...all];
  fs.writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
  fs.writeFileSync(path.join(ROOT, 'docs', 'images', 'index-growth.svg'), growthPlot(kept));
}

function print(all: readonly IndexFigures[]): void {
  printTable(
    'The reference index as it grows',
    ['engine', 'hours', 'registered ×', 'MiB/h', 'p50', 'p95', 'p99 ms', 'segment p95', 'recall', 'MiB'],
    all.map((f) => [
      f.engine,
      String(f.hours),
      String(f.registerRealtime ?? f.method),
      f.mibPerHour.toFixed(2),
      f.lookupP50Ms.toFixed(1),
      f.lookupP95Ms.toFixed(1),
      f.lookupP99Ms.toFixed(1),
      f.segmentP95Ms.toFixed(1),
      f.recall.toFixed(3),
      String(f.rssMiB),
    ]),
  );
}

await main();
