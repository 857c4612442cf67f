import type { Registration } from '../../src/domain/catalogue.js';
import type { ReferenceIndex, ReferenceIndexWriter } from '../../src/reference-index/reference-index.js';
import type { BenchEngine, EngineName } from './engines.js';
import { madeUpHour } from './made-up.js';
import type { IndexMaterial } from './material.js';
import { type DecodedStream, findsTitle } from './streams.js';
import { quantile, TimedIndex } from './timed-index.js';

/** An hour a fingerprint, so many a batch: each batch is durable when it is acknowledged. */
const BATCH = 10;
/** All streams are looked up so many times … */
const ROUNDS = 8;
/** … and before, which does not count, so many times at each size: files come into the system's cache … */
const WARM_ROUNDS = 8;
/** … or so many times at the first: a server's own compiler takes its time to see what is asked often. */
const FIRST_WARM_ROUNDS = 40;

/** One engine at one size. */
export interface IndexFigures {
  readonly engine: EngineName;
  readonly hours: number;
  /** `cloned`: the largest size that was loaded, several times (cloned-*.ts). */
  readonly method: 'loaded' | 'cloned';
  /** Hours registered from the size before, in what registering them took; merging them all is apart. Null where cloned. */
  readonly registerRealtime: number | null;
  readonly mergeRealtime: number | null;
  /** Of the size that was loaded, where cloned. */
  readonly mibPerHour: number;
  /** The first query of a segment: landmarks at speed 1 and pictures, asked side by side. */
  readonly lookupP50Ms: number;
  readonly lookupP95Ms: number;
  readonly lookupP99Ms: number;
  readonly hitP95Ms: number;
  readonly missP95Ms: number;
  /** All that a segment asked: other speeds, words, rows, records. */
  readonly segmentP50Ms: number;
  readonly segmentP95Ms: number;
  readonly queries: number;
  /** Of the attacked clips among the references. */
  readonly recall: number;
  readonly clips: number;
  readonly rssMiB: number;
}

/**
 * Grows one index from size to size, and measures at each; `told` of each as soon as it is there. A size that would take
 * longer to load than is left is made of copies of the one before.
 * @param loadMinutes for registering and merging in all
 */
export async function runEngine(
  engine: BenchEngine,
  sizes: readonly number[],
  loadMinutes: number,
  material: IndexMaterial,
  say: (text: string) => void,
  told: (figures: IndexFigures) => void,
): Promise<void> {
  const writer = await engine.openWriter();
  let hours = 0;
  let mibPerHour = 0;
  let at = 0;
  try {
    await writer.register(material.titles);
    const start = performance.now();
    for (; at < sizes.length; at++) {
      const size = sizes[at]!;
      const taken = (performance.now() - start) / 60e3;
      if (hours > 0 && (taken / hours) * size > loadMinutes) break;
      say(`${engine.name}: registering up to ${size} h …`);
      const registering = await registerUpTo(writer, material, hours, size, say);
      say(`${engine.name}: merging …`);
      const from = performance.now();
      await writer.compact();
      const merging = performance.now() - from;
      const { indexBytes, hours: held } = await writer.stats();
      mibPerHour = indexBytes / 2 ** 20 / held;
      say(`${engine.name}: looking up at ${size} h …`);
      told({
        engine: engine.name,
        hours: size,
        method: 'loaded',
        registerRealtime: Math.round(((size - hours) * 3600e3) / registering),
        mergeRealtime: Math.round((held * 3600e3) / merging),
        mibPerHour,
        ...(await lookUps(engine, material, at === 0 ? FIRST_WARM_ROUNDS : WARM_ROUNDS)),
      });
      hours = size;
    }
  } finally {
    await writer.close();
  }
  for (const size of sizes.slice(at)) {
    const copies = Math.max(2, Math.round(size / hours));
    say(`${engine.name}: ${copies} times ${hours} h …`);
    await engine.multiply(copies, material.titles);
    told({
      engine: engine.name,
      hours: copies * hours,
      method: 'cloned',
      registerRealtime: null,
      mergeRealtime: null,
      mibPerHour,
      ...(await lookUps(engine, material, WARM_ROUNDS)),
    });
  }
}

/** @returns ms that registering took, making the references up left out */
async function registerUpTo(
  writer: ReferenceIndexWriter,
  { real }: IndexMaterial,
  from: number,
  to: number,
  say: (text: string) => void,
): Promise<number> {
  let taken = 0;
  for (let n = from; n < to; n += BATCH) {
    const batch: Registration[] = [];
    for (let i = n; i < Math.min(to, n + BATCH); i++) batch.push(madeUpHour(real, i));
    const start = performance.now();
    await writer.register(batch);
    taken += performance.now() - start;
    if (n % 100 === 0) say(`${n} h, ${Math.round(((n - from + BATCH) * 3600e3) / taken)} × real time`);
  }
  return taken;
}

async function lookUps(engine: BenchEngine, { hits, misses }: IndexMaterial, warmRounds: number) {
  const reader = await engine.openReader();
  try {
    const titles = await titlesOf(reader);
    const titleOf = (id: string) => titles.get(id);
    const look = async (streams: readonly DecodedStream[], timed: TimedIndex) => {
      let found = 0;
      for (const stream of streams)
        if (await findsTitle(timed.index, stream, titleOf, () => timed.next())) found++;
      return found;
    };
    let found = 0;
    for (let round = 0; round < warmRounds; round++) {
      found = await look(hits, new TimedIndex(reader));
      await look(misses, new TimedIndex(reader));
    }
    const ofHits = new TimedIndex(reader);
    const ofMisses = new TimedIndex(reader);
    for (let round = 0; round < ROUNDS; round++) {
      await look(hits, ofHits);
      await look(misses, ofMisses);
    }
    const first = [...ofHits.times.first, ...ofMisses.times.first];
    const whole = [...ofHits.times.whole, ...ofMisses.times.whole];
    return {
      lookupP50Ms: quantile(first, 0.5),
      lookupP95Ms: quantile(first, 0.95),
      lookupP99Ms: quantile(first, 0.99),
      hitP95Ms: quantile(ofHits.times.first, 0.95),
      missP95Ms: quantile(ofMisses.times.first, 0.95),
      segmentP50Ms: quantile(whole, 0.5),
      segmentP95Ms: quantile(whole, 0.95),
      queries: first.length,
      recall: found / hits.length,
      clips: hits.length,
      rssMiB: Math.round(engine.rssMiB()),
    };
  } finally {
    await reader.close();
  }
}

async function titlesOf(index: ReferenceIndex): Promise<Map<string, string>> {
  const references = await index.references({ catalogue: 'titles' });
  return new Map(references.map(({ id, assetId }) => [id, assetId]));
}
