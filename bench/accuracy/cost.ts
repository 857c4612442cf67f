import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assetFromName } from '../../src/catalogue/metadata.js';
import { fingerprintId } from '../../src/domain/ids.js';
import { DEFAULT_LIMITS } from '../../src/media/limits.js';
import { MediaPool } from '../../src/media/media-pool.js';
import {
  type EmbeddedIndexWriter,
  openEmbeddedIndexWriter,
} from '../../src/reference-index/embedded/index.js';
import type { ReferenceIndex } from '../../src/reference-index/reference-index.js';
import { type Broadcast, broadcast } from '../lib/broadcast.js';
import { decodeAlone, realFingerprints, registerOthers, throughPool, type Work } from '../lib/whole-way.js';
import { cpuSeconds } from './cost-cpu.js';

export interface Cost {
  /** CPU time of decoding alone ÷ that of the whole way: 90 % of the streams match nothing, 10 % do. */
  readonly wholeWayOverDecode: number;
  /** The same where every stream matches and is followed. */
  readonly followingOverDecode: number;
  /** CPU time a segment, ms. */
  readonly decodeMs: number;
  readonly wholeWayMs: number;
  readonly followingMs: number;
}

/** s of television, shown over and over: the line of what matches changes only this often. */
const TELEVISION = 180;
const STREAMS = 10;
/** Each kind of work takes its turn for one showing of the television, so many times. */
const ROUNDS = 10;

/**
 * CPU time of all processes for 6 s segments of 1080p, with hours of other references in the index. The kinds of
 * work take turns, so that a machine that is busy otherwise disturbs all of them alike.
 * @param media folder of films, or null for generated television
 */
export async function measureCost(media: string | null, hours: number): Promise<Cost> {
  const television = broadcast(media, TELEVISION);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-cost-'));
  const pool = await MediaPool.start({ threads: 1 });
  try {
    const [strange, known] = await indexes(folder, media, television, hours, pool);
    const kinds: Work[] = [
      await decodeAlone('sparse'),
      mixed(television, pool, strange, known),
      throughPool(television, pool, 'sparse', known),
    ];
    const [decode, wholeWay, following] = await takeTurns(television, kinds, pool);
    await Promise.all([strange.close(), known.close()]);
    return {
      wholeWayOverDecode: decode! / wholeWay!,
      followingOverDecode: decode! / following!,
      decodeMs: 1000 * decode!,
      wholeWayMs: 1000 * wholeWay!,
      followingMs: 1000 * following!,
    };
  } finally {
    await pool.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** An index of other references only, and one with the television in it too. */
async function indexes(
  folder: string,
  media: string | null,
  television: Broadcast,
  hours: number,
  pool: MediaPool,
): Promise<[EmbeddedIndexWriter, EmbeddedIndexWriter]> {
  const strange = path.join(folder, 'strange');
  const known = path.join(folder, 'known');
  const others = await openEmbeddedIndexWriter(strange);
  await registerOthers(others, await realFingerprints(media, television, pool), hours);
  await others.close();
  fs.cpSync(strange, known, { recursive: true });
  const both = await openEmbeddedIndexWriter(known);
  const { fingerprint } = await pool.run({
    kind: 'reference',
    path: television.whole,
    limits: DEFAULT_LIMITS,
    stillEvery: 0,
  });
  await both.register([
    {
      asset: assetFromName('television', 'television'),
      fingerprintId: fingerprintId('f'.repeat(64)),
      fingerprint,
      stills: [],
      source: television.whole,
      sourceBytes: 0,
      missing: { video: 0, audio: 0 },
    },
  ]);
  await both.compact();
  return [await openEmbeddedIndexWriter(strange), both];
}

/** Ten streams in turn, each at another place of the television: nine find nothing, one is in the index. */
function mixed(television: Broadcast, pool: MediaPool, strange: ReferenceIndex, known: ReferenceIndex): Work {
  const streams = Array.from({ length: STREAMS }, (_, s) =>
    throughPool(television, pool, 'sparse', s === 0 ? known : strange),
  );
  const { segments } = television;
  return async (_, n) => {
    const s = n % STREAMS;
    const place = Math.floor(n / STREAMS) + s * Math.floor(segments.length / STREAMS);
    await streams[s]!(segments[place % segments.length]!, place);
  };
}

/** @returns CPU seconds a segment of each kind of work, after a round that is not counted */
async function takeTurns(television: Broadcast, kinds: readonly Work[], pool: MediaPool): Promise<number[]> {
  const { segments } = television;
  const used = kinds.map(() => 0);
  const counts = kinds.map(() => 0);
  for (let round = -1; round < ROUNDS; round++)
    for (const [k, work] of kinds.entries()) {
      const before = cpuSeconds(pool.processId);
      for (const segment of segments) await work(segment, counts[k]!++);
      if (round >= 0) used[k]! += cpuSeconds(pool.processId) - before;
    }
  return used.map((seconds) => seconds / (ROUNDS * segments.length));
}
