import { describe, expect, it } from 'vitest';
import { type ChunkHits, ChunkTally, TABLE_BITS } from '../../../src/reference-index/embedded/chunk-tally.js';
import { random } from '../synthetic.js';

interface Added {
  readonly segment: number;
  readonly probe: number;
  readonly picture: number;
  readonly codes: Uint32Array;
}

/** Two segments, 40 probes of eight pictures; few chunks, so that they are hit several times. */
function drawn(seed: number, codes: number, chunks: number): Added[] {
  const next = random(seed);
  const below = (n: number) => Math.floor(next() * n);
  const added: Added[] = [];
  for (const segment of [0, 1])
    for (let probe = 0; probe < 40; probe++)
      added.push({
        ...{ segment, probe, picture: probe >> 3 },
        codes: Uint32Array.from(
          { length: below(codes) },
          () => (below(chunks) << TABLE_BITS) | below(3),
        ).sort(),
      });
  return added;
}

function tallied(added: readonly Added[], tally = new ChunkTally()): ChunkTally {
  tally.clear();
  for (const segment of [0, 1]) {
    tally.beginSegment(segment);
    for (const { probe, picture, codes, ...of } of added)
      if (of.segment === segment) tally.add(probe, picture, codes);
  }
  return tally;
}

/** The same, told in the plainest way. */
function plainly(added: readonly Added[], most: number): { hits: ChunkHits[]; of: number } {
  const all = new Map<string, { segment: number; chunk: number; tables: Map<number, Set<number>> }>();
  for (const { segment, probe, codes } of added)
    for (const code of codes) {
      const chunk = code >>> TABLE_BITS;
      const key = `${segment} ${chunk}`;
      if (!all.has(key)) all.set(key, { segment, chunk, tables: new Map() });
      const { tables } = all.get(key)!;
      tables.set(probe, (tables.get(probe) ?? new Set()).add(code & 15));
    }
  const hits = [...all.values()].map(({ segment, chunk, tables }) => ({
    ...{ segment, chunk, probes: [...tables.keys()].sort((a, b) => a - b) },
    tables: Math.max(...[...tables.values()].map(({ size }) => size)),
  }));
  const worth = hits.filter(
    ({ tables, probes }) => tables > 1 || new Set(probes.map((probe) => probe >> 3)).size > 1,
  );
  worth.sort((a, b) => b.tables - a.tables || b.probes.length - a.probes.length);
  return { hits: worth.slice(0, most), of: worth.length };
}

const everything = () => true;

describe('the tally of chunks that are hit', () => {
  for (const [name, codes, chunks] of [
    ['few', 6, 50],
    ['many', 400, 9000],
  ] as const)
    it(`finds those that agree best, and counts those that are worth reading: ${name}`, () => {
      for (let seed = 0; seed < 5; seed++) {
        const added = drawn(seed, codes, chunks);
        for (const most of [0, 1, 7, 120, 1_000_000])
          expect(tallied(added).best(most, everything)).toEqual(plainly(added, most));
      }
    });

  it('can be used again', () => {
    const tally = tallied(drawn(1, 400, 9000));
    tally.best(100, everything);
    const added = drawn(2, 6, 50);
    expect(tallied(added, tally).best(100, everything)).toEqual(plainly(added, 100));
  });

  it('leaves out what is not live, and others take its place', () => {
    const added = drawn(3, 6, 50);
    const { hits } = tallied(added).best(1000, everything);
    const [first] = hits;
    const isLive = (segment: number, chunk: number) => segment !== first!.segment || chunk !== first!.chunk;
    const found = tallied(added).best(5, isLive);
    expect(found).toEqual({ hits: hits.slice(1, 6), of: hits.length - 1 });
  });
});
