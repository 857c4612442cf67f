import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANDMARK_BITS } from '../../../fingerprints/landmarks.js';
import { ROW_BYTES } from '../../../fingerprints/units.js';
import { fingerprintId } from '../../../src/domain/ids.js';
import {
  chunkId,
  chunksOf,
  pictureTermsOf,
  placeOfChunk,
} from '../../../src/reference-index/elasticsearch/chunk-documents.js';
import {
  CHUNK_ROWS,
  CHUNK_TICKS,
  MARGIN_ROWS,
} from '../../../src/reference-index/elasticsearch/chunk-size.js';
import { PackCache } from '../../../src/reference-index/elasticsearch/pack-cache.js';
import {
  packLandmarks,
  packRows,
  packTracks,
  unpackLandmarks,
  unpackRows,
  unpackTracks,
} from '../../../src/reference-index/elasticsearch/packs.js';
import { tokenOf } from '../../../src/reference-index/elasticsearch/terms.js';
import { syntheticFingerprint } from '../synthetic.js';

describe('chunks of a fingerprint', () => {
  const fingerprint = syntheticFingerprint(5, { seconds: 47, tracks: 2 });
  const chunks = chunksOf(fingerprint);

  it('hold all of it, each part once', () => {
    expect(chunks).toHaveLength(5);
    for (const [track, { words, landmarks }] of fingerprint.audio.entries()) {
      expect(chunks.flatMap((chunk) => [...chunk.words[track]!])).toEqual([...words]);
      expect(chunks.flatMap((chunk) => [...chunk.landmarks[track]!.hashes])).toEqual([...landmarks.hashes]);
      const ticks = chunks.flatMap(({ number, landmarks: of }) =>
        Array.from(of[track]!.ticks, (tick) => number * CHUNK_TICKS + tick),
      );
      expect(ticks).toEqual([...landmarks.ticks]);
    }
    expect(Buffer.concat(chunks.map(({ rows }) => rows))).toEqual(Buffer.from(fingerprint.video!.rows));
  });

  it('have the rows of the second before and of the second after beside their own', () => {
    const all = fingerprint.video!.rows;
    for (const { number, rows, rowsWithMargin } of chunks) {
      const { withMargin, rows: own } = unpackRows(packRows(7, rowsWithMargin));
      expect(own).toEqual(rows);
      const before = withMargin.subarray(0, MARGIN_ROWS * ROW_BYTES);
      const first = number * CHUNK_ROWS - MARGIN_ROWS;
      if (number > 0)
        expect(before).toEqual(all.subarray(first * ROW_BYTES, (first + MARGIN_ROWS) * ROW_BYTES));
      else expect(before.every((byte) => byte === 0)).toBe(true);
    }
  });

  it('have the picture terms that the whole has, wherever it is cut', () => {
    const whole = new Set(pictureTermsOf(fingerprint.video!.rows));
    expect(new Set(chunks.flatMap(({ rows }) => [...pictureTermsOf(rows)]))).toEqual(whole);
  });
});

describe('what is packed', () => {
  const hash = fc.integer({ min: 0, max: 2 ** LANDMARK_BITS - 1 });
  const landmark = fc.tuple(hash, fc.integer({ min: 0, max: CHUNK_TICKS - 1 }));

  it('comes back', () => {
    fc.assert(
      fc.property(fc.array(fc.array(landmark), { maxLength: 3 }), fc.nat(), (lists, generation) => {
        const tracks = lists.map((list) => ({
          hashes: Uint32Array.from(list, ([value]) => value),
          ticks: Uint32Array.from(list, ([, tick]) => tick),
        }));
        expect(unpackLandmarks(packLandmarks(generation, tracks))).toEqual({ generation, tracks });
        const words = tracks.map(({ hashes }) => hashes);
        expect(unpackTracks(packTracks(generation, words))).toEqual({ generation, tracks: words });
      }),
    );
  });

  it('has an id that says fingerprint and number', () => {
    const id = fingerprintId(createHash('sha256').update('bytes').digest('hex'));
    for (const number of [0, 1, 34_559]) {
      expect(chunkId(id, number)).toMatch(/^[\w-]{48}$/);
      expect(placeOfChunk(chunkId(id, number))).toEqual({ fingerprintId: id, number });
    }
  });

  it('has terms of five letters that sort as their numbers do', () => {
    const term = fc.integer({ min: 0, max: 2 ** 26 - 1 });
    fc.assert(
      fc.property(term, term, (a, b) => {
        expect(tokenOf(a)).toMatch(/^[\w-]{5}$/);
        expect(Math.sign(a - b)).toBe(tokenOf(a) < tokenOf(b) ? -1 : tokenOf(a) > tokenOf(b) ? 1 : 0);
      }),
    );
  });
});

describe('the packs at hand', () => {
  it('keep what was used last, within their bytes', () => {
    const cache = new PackCache<Uint8Array>(3000, (pack) => pack.length);
    for (const id of ['a', 'b', 'c']) cache.set(id, new Uint8Array(1000));
    expect(cache.get('a')).toBeUndefined();
    expect(cache.get('b')).toHaveLength(1000);
    cache.set('d', null);
    cache.set('e', new Uint8Array(1000));
    expect(cache.get('c')).toBeUndefined();
    expect(cache.get('b')).toHaveLength(1000);
    expect(cache.get('d')).toBeNull();
    cache.clear();
    expect(cache.get('b')).toBeUndefined();
  });
});
