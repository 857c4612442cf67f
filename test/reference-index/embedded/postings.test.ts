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
    return lookedUpTogether(postings, [term], 0).found;
  }

  /** Positions × 2^shift + the number of their term, and how many terms have no vote. */
  function lookedUpTogether(postings: Postings, terms: readonly number[], shift: number) {
    const found = new Positions();
    const adds = Int32Array.from(terms, (_, i) => i);
    const common = postings.lookUp(Uint32Array.from(terms), adds, shift, found);
    return { common, found: [...found.array.subarray(0, found.length)] };
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

  it.each([
    ['a bucket for each term', 8, 3000],
    ['few terms a bucket', 12, 20_000],
    ['many terms a bucket', 22, 3000],
    ['more than are filtered', 22, (1 << 20) + 1],
  ])(
    'give those of hundreds of terms asked for together, and say how many there are: %s',
    (_, termBits, size) => {
      const terms = Array.from(
        { length: size },
        (_, i) => Math.imul(i % (size / 3), 0x9e3779b1) >>> (32 - termBits),
      );
      const positions = terms.map((_, i) => Math.imul(i, 7919) % 100_000);
      const pairs = terms.map((term, i): [number, number] => [term, Math.abs(positions[i]!)]);
      const { postings, close } = stored(pairs, termBits, 100_000, 1e6);
      const expected = new Map<number, Set<number>>();
      for (const [term, position] of pairs)
        expected.set(term, (expected.get(term) ?? new Set()).add(position));
      const asked = Array.from({ length: 300 }, (_, i) =>
        i % 2 === 0 ? terms[i]! : Math.imul(i, 0x2545f491) >>> (32 - termBits),
      );
      const { found, common } = lookedUpTogether(postings, asked, 0);
      expect(common).toBe(0);
      expect(found).toEqual(
        asked.flatMap((term, i) =>
          [...(expected.get(term) ?? [])].sort((a, b) => a - b).map((position) => position + i),
        ),
      );
      const sums = new Float64Array(asked.length);
      postings.addUsualCounts(Uint32Array.from(asked), sums);
      const { remainderBits } = postings.directory.layout;
      if (remainderBits === 0 || remainderBits > 4)
        expect([...sums]).toEqual(asked.map((term) => expected.get(term)?.size ?? 0));
      else expect(sums.every((sum) => Number.isInteger(sum * 2 ** remainderBits))).toBe(true);
      close();
    },
  );

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
    expect(lookedUp(postings, 4)).toHaveLength(50);
    const { common: left, found } = lookedUpTogether(postings, [4, 3, 5, 3], 4);
    expect(left).toBe(2);
    expect(found).toEqual(Array.from({ length: 50 }, (_, i) => 16 * i));
    expect(counts).toEqual({ postings: 101, commonTerms: 1, commonPostings: 51 });
    close();
  });
});
