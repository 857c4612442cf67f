import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeDirectory, postingLayout } from '../../../src/reference-index/embedded/posting-layout.js';
import { PostingSlab } from '../../../src/reference-index/embedded/posting-slab.js';
import { PostingWriter } from '../../../src/reference-index/embedded/posting-writer.js';
import { Postings } from '../../../src/reference-index/embedded/postings.js';
import { Positions } from '../../../src/reference-index/nominating/positions.js';
import { removeDirectory, temporaryDirectory } from '../temporary.js';

describe('postings', () => {
  let directory: string;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => removeDirectory(directory));

  /** Writes postings as a segment does, and opens them again. */
  function stored(
    pairs: readonly (readonly [number, number])[],
    termBits: number,
    span: number,
    limit: number,
  ) {
    const slab = new PostingSlab(1);
    for (const [term, position] of [...pairs].sort((a, b) => a[1] - b[1])) slab.push(term, position);
    slab.sort(0, 2 ** termBits);
    const parts: Uint8Array[] = [];
    const writer = new PostingWriter(postingLayout(termBits, span, pairs.length, limit), (bytes) => {
      parts.push(bytes.slice());
    });
    writer.add(slab);
    const { directory: directoryBytes, counts } = writer.finish();
    const file = path.join(directory, 'postings');
    fs.writeFileSync(file, Buffer.concat(parts));
    const fd = fs.openSync(file, 'r');
    const section = { offset: 0, bytes: fs.fstatSync(fd).size, crc: 0 };
    return {
      postings: new Postings(fd, section, decodeDirectory(directoryBytes)),
      counts,
      close: () => fs.closeSync(fd),
    };
  }

  function lookedUp(postings: Postings, term: number): number[] {
    const found = new Positions();
    postings.lookUp(term, found);
    return [...found.array.subarray(0, found.length)];
  }

  it('give back exactly the positions of each term, ascending and each once', () => {
    const shape = fc
      .record({ termBits: fc.integer({ min: 8, max: 26 }), spanBits: fc.integer({ min: 1, max: 32 }) })
      .chain(({ termBits, spanBits }) =>
        fc.record({
          termBits: fc.constant(termBits),
          span: fc.constant(2 ** spanBits),
          pairs: fc.array(
            fc.tuple(
              fc.oneof(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 2 ** termBits - 1 })),
              fc.integer({ min: 0, max: 2 ** spanBits - 1 }),
            ),
            { maxLength: 300 },
          ),
          absent: fc.integer({ min: 0, max: 2 ** termBits - 1 }),
        }),
      );
    fc.assert(
      fc.property(shape, ({ termBits, span, pairs, absent }) => {
        const { postings, counts, close } = stored(pairs, termBits, span, 1e6);
        const expected = new Map<number, Set<number>>();
        for (const [term, position] of pairs) {
          expected.set(term, (expected.get(term) ?? new Set()).add(position));
        }
        for (const term of [...expected.keys(), absent]) {
          const positions = [...(expected.get(term) ?? [])].sort((a, b) => a - b);
          expect(lookedUp(postings, term)).toEqual(positions);
        }
        expect(counts.postings).toBe([...expected.values()].reduce((sum, set) => sum + set.size, 0));
        close();
      }),
    );
  });

  it('take 3 bytes where that is enough, and 4 elsewhere', () => {
    expect(postingLayout(26, 360, 144_000, 1e6).width).toBe(3);
    expect(postingLayout(26, 360_000, 144_000_000, 1e6).width).toBe(3);
    expect(postingLayout(19, 225_000, 80_000, 1e6).width).toBe(4);
    for (const span of [2, 1e5, 1e8, 2 ** 32]) {
      const { remainderBits, positionBits } = postingLayout(19, span, 1e6, 1e6);
      expect(remainderBits + positionBits).toBeLessThanOrEqual(32);
      expect(2 ** positionBits).toBeGreaterThanOrEqual(span);
    }
  });

  it('give no position of a term that is too common, and count what has no vote', () => {
    const common = Array.from({ length: 51 }, (_, i) => [3, i] as const);
    const usual = Array.from({ length: 50 }, (_, i) => [4, i] as const);
    const { postings, counts, close } = stored([...common, ...usual], 19, 1000, 50);
    expect(lookedUp(postings, 3)).toEqual([]);
    expect(postings.lookUp(3, new Positions())).toBe(false);
    expect(lookedUp(postings, 4)).toHaveLength(50);
    expect(postings.lookUp(5, new Positions())).toBe(true);
    expect(counts).toEqual({ postings: 101, commonTerms: 1, commonPostings: 51 });
    close();
  });
});
