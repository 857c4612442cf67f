import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hammingBytes } from '../../fingerprints/picture.js';
import { HASH_BYTES, REGIONS, ROW_BYTES } from '../../fingerprints/units.js';
import { ComparedRows, RowKey } from '../../src/reference-index/nominating/compared-rows.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

it('rows compared word by word differ from a hash by as many bits as byte by byte, in either region', () => {
  const compared = new ComparedRows();
  const shape = fc.record({ rows: fc.integer({ min: 0, max: 5 }), at: fc.integer({ min: 0, max: 3 }) });
  fc.assert(
    fc.property(
      shape.chain(({ rows, at }) =>
        fc.record({ all: bytes(at + rows * ROW_BYTES), at: fc.constant(at), hash: bytes(HASH_BYTES) }),
      ),
      ({ all, at, hash }) => {
        const rows = all.subarray(at);
        const key = new RowKey(hash);
        const count = compared.take(rows);
        expect(count).toBe(rows.length / ROW_BYTES);
        for (let row = 0; row < count; row++)
          for (let region = 0; region < REGIONS; region++)
            expect(compared.distance(row, region, key)).toBe(
              hammingBytes(rows, row * ROW_BYTES + region * HASH_BYTES, hash, 0),
            );
      },
    ),
  );
});

it('tells all bits from none, and one from none', () => {
  const compared = new ComparedRows();
  compared.take(new Uint8Array(ROW_BYTES).fill(0xff));
  const single = new Uint8Array(HASH_BYTES).fill(0xff);
  single[HASH_BYTES - 1] = 0x7f;
  for (let region = 0; region < REGIONS; region++) {
    expect(compared.distance(0, region, new RowKey(new Uint8Array(HASH_BYTES)))).toBe(8 * HASH_BYTES);
    expect(compared.distance(0, region, new RowKey(single))).toBe(1);
  }
});
