import type { IndexFigures } from '../index-scale/run.js';

/** What is wanted, and what it is to run on. */
export interface Wanted {
  readonly streams: number;
  readonly hours: number;
  readonly segmentSeconds: number;
  /** Of a stream, Mbit/s. */
  readonly mbit: number;
  /** What a probe of `--mode edge` sends of a stream, kB a second; null = the media are sent. */
  readonly edgeKB: number | null;
  /** Share of the segments that ask the index in full: the others are explained by what goes on already. */
  readonly asking: number;
  /** Hours in a shard. */
  readonly shardHours: number;
  readonly coresPerNode: number;
  readonly diskPerNodeTB: number;
  /** Of the index, besides the first. */
  readonly replicas: number;
  /** Cores are kept busy up to this share. */
  readonly load: number;
}

/** What was measured. */
export interface Measured {
  /** × real time of a core, from the segment to the match. */
  readonly wholeWay: number;
  readonly index: readonly IndexFigures[];
}

/** Assumed, not measured: what one partition and one broker take, MB a second, and copies of what a broker keeps. */
export const ASSUMED = { partitionMB: 10, brokerMB: 200, brokerCopies: 3, growth: 0.4 };
const MIB = 2 ** 20;

export interface Plan {
  readonly ingest: {
    readonly megabytesASecond: number;
    readonly partitions: number;
    readonly brokers: number;
  };
  readonly workers: { readonly cores: number; readonly nodes: number };
  readonly index: {
    readonly shards: number;
    readonly terabytes: number;
    readonly lookUpsASecond: number;
    /** Of one look-up of a segment, over all shards. */
    readonly coreMsALookUp: number;
    readonly cores: number;
    readonly nodes: number;
    /** To register all, with one writer. */
    readonly registerDays: number | null;
  };
  /** What takes most, first. */
  readonly breaksFirst: readonly string[];
}

/** @throws RangeError where nothing was measured on Elasticsearch */
export function planOf(wanted: Wanted, measured: Measured): Plan {
  const { streams, hours, segmentSeconds, mbit, edgeKB, asking, shardHours, coresPerNode, load } = wanted;
  const megabytes = streams * (edgeKB === null ? mbit / 8 : edgeKB / 1000);
  const workerCores = streams / measured.wholeWay / load;
  const workerNodes = Math.ceil(workerCores / coresPerNode);
  const rows = measured.index.filter(
    ({ engine, method }) => engine === 'elasticsearch' && method === 'loaded',
  );
  const largest = rows.reduce<IndexFigures | null>((a, b) => (a && a.hours > b.hours ? a : b), null);
  if (!largest) throw new RangeError('bench/results/index.json has no size loaded into Elasticsearch');
  const shards = Math.ceil(hours / shardHours);
  const inShard = Math.min(hours, shardHours);
  const coreMs = shards * largest.segmentP50Ms * (inShard / largest.hours) ** growthOf(rows);
  const lookUps = (streams / segmentSeconds) * asking;
  const indexCores = (lookUps * coreMs) / 1000 / load;
  const terabytes = ((1 + wanted.replicas) * hours * largest.mibPerHour * MIB) / 1e12;
  const indexNodes = Math.ceil(Math.max(indexCores / coresPerNode, terabytes / wanted.diskPerNodeTB));
  const brokers = Math.ceil((megabytes * ASSUMED.brokerCopies) / ASSUMED.brokerMB);
  return {
    ingest: {
      megabytesASecond: megabytes,
      partitions: Math.max(2 * workerNodes, Math.ceil(megabytes / ASSUMED.partitionMB)),
      brokers,
    },
    workers: { cores: workerCores, nodes: workerNodes },
    index: {
      shards,
      terabytes,
      lookUpsASecond: lookUps,
      coreMsALookUp: coreMs,
      cores: indexCores,
      nodes: indexNodes,
      registerDays:
        largest.registerRealtime === null ? null : (hours * 3600) / largest.registerRealtime / 86_400,
    },
    breaksFirst: [
      { what: 'look-ups: every one asks every shard', nodes: indexNodes },
      { what: 'decoding and matching', nodes: workerNodes },
      { what: 'brokers', nodes: brokers },
    ]
      .sort((a, b) => b.nodes - a.nodes)
      .map(({ what, nodes }) => `${what} (${nodes} nodes)`),
  };
}

/** How look-ups grow with the hours of a shard: the exponent between the smallest and the largest size. */
function growthOf(rows: readonly IndexFigures[]): number {
  const sorted = [...rows].sort((a, b) => a.hours - b.hours);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last || first.hours === last.hours) return ASSUMED.growth;
  const growth = Math.log(last.segmentP50Ms / first.segmentP50Ms) / Math.log(last.hours / first.hours);
  return Math.min(1, Math.max(0, growth));
}
