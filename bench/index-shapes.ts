/**
 * Shapes of a document in Elasticsearch, side by side in one run: `node dist/bench/index-shapes.js [--hours 100]`.
 * Fingerprints are made up; a question is the landmarks of 8 s of which a share survives, among those of a stranger.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chunkId, chunksOf, pictureTermsOf } from '../src/reference-index/elasticsearch/chunk-documents.js';
import { type BulkItem, ElasticClient } from '../src/reference-index/elasticsearch/client.js';
import { mergeIndex } from '../src/reference-index/elasticsearch/merging.js';
import { packLandmarks, packRows, packTracks } from '../src/reference-index/elasticsearch/packs.js';
import { TermCounts } from '../src/reference-index/elasticsearch/term-counts.js';
import { groupTerms } from '../src/reference-index/elasticsearch/term-groups.js';
import { tokenOf, tokensOf } from '../src/reference-index/elasticsearch/terms.js';
import { elasticsearch8 } from '../test/engines/elasticsearch.js';
import {
  damagedLandmarks,
  random,
  registrationOf,
  syntheticFingerprint,
} from '../test/reference-index/synthetic.js';
import { quantile } from './index-scale/timed-index.js';
import { printTable, writeResults } from './lib/results.js';

const { values: options } = parseArgs({
  options: {
    hours: { type: 'string', default: '50' },
    queries: { type: 'string', default: '150' },
    heap: { type: 'string', default: '1024' },
  },
});
const HOURS = Number(options.hours);
const QUERIES = Number(options.queries);
const HOUR = 3600;
const STRETCH = 8;
const SURVIVE = 0.08;
const SIZE = 50;

interface Shape {
  readonly name: string;
  /** Chunks of 10 s in a document. */
  readonly chunks: number;
  readonly field: object;
  /** One field for the terms of both, or two. */
  readonly fields: 1 | 2;
  /** Words of the field are one string, or a list. */
  readonly isList: boolean;
  query(field: string, terms: readonly number[], countOf: (term: number) => number): object;
}

const text = { type: 'text', analyzer: 'whitespace', norms: false, index_options: 'docs' };
const groups: Shape['query'] = (field, terms, countOf) => ({
  bool: {
    should: groupTerms({
      terms: Uint32Array.from(terms),
      counts: terms.map((term) => Math.max(1, countOf(term))),
    }).map(({ weight, terms: of }) => ({
      constant_score: { boost: weight, filter: { terms: { [field]: tokensOf(of) } } },
    })),
  },
});
const match: Shape['query'] = (field, terms) => ({
  match: { [field]: { query: Array.from(terms, tokenOf).join(' ') } },
});
const keyword = { type: 'keyword', doc_values: false };
const textShape = { chunks: 1, fields: 2, field: text, isList: false } as const;
const SHAPES: readonly Shape[] = [
  { ...textShape, name: '10 s, two text fields, terms in groups (chosen)', query: groups },
  { ...textShape, name: '10 s, two text fields, each term weighed', query: match },
  { ...textShape, name: '10 s, one text field, terms in groups', fields: 1, query: groups },
  {
    name: '10 s, two keyword fields, terms in groups',
    chunks: 1,
    fields: 2,
    field: keyword,
    isList: true,
    query: groups,
  },
  { ...textShape, name: '60 s, two text fields, terms in groups', chunks: 6, query: groups },
];

const reference = (n: number) =>
  registrationOf(syntheticFingerprint(n, { seconds: HOUR }), { bytes: `hour ${n}`, asset: `hour-${n}` });

function* documents(shape: Shape, n: number, counts: TermCounts): Generator<BulkItem> {
  const { fingerprintId, fingerprint } = reference(n);
  const chunks = chunksOf(fingerprint);
  for (let at = 0; at < chunks.length; at += shape.chunks) {
    const some = chunks.slice(at, at + shape.chunks);
    const sound = new Set<number>();
    const pictures = new Set<number>();
    for (const { landmarks, rows } of some) {
      for (const { hashes } of landmarks) {
        counts.addLandmarks(hashes);
        for (const hash of hashes) sound.add(hash);
      }
      for (const term of pictureTermsOf(rows)) pictures.add(term);
    }
    const value = (terms: Iterable<number>, mark: string) => {
      const tokens = Array.from(terms, (term) => mark + tokenOf(term));
      return shape.isList ? tokens : tokens.join(' ');
    };
    const packs = {
      landmarks: together(some.map(({ landmarks }) => packLandmarks(1, landmarks))),
      words: together(some.map(({ words }) => packTracks(1, words))),
      rows: together(some.map(({ rowsWithMargin }) => packRows(1, rowsWithMargin))),
    };
    const terms =
      shape.fields === 2
        ? { sound: value(sound, ''), pictures: value(pictures, '') }
        : { sound: `${value(sound, '')} ${value(pictures, '.')}` };
    yield {
      action: 'index',
      index: 'shape',
      id: chunkId(fingerprintId, at / shape.chunks),
      document: JSON.stringify({ ...terms, ...packs }),
    };
  }
}

/** What several chunks have stored, one after the other, base64. */
function together(packs: readonly string[]): string {
  return Buffer.concat(packs.map((pack) => Buffer.from(pack, 'base64'))).toString('base64');
}

async function measured(client: ElasticClient, shape: Shape, say: (text: string) => void) {
  await client.request({ method: 'DELETE', path: '/shape' }, 'null');
  const pack = { type: 'binary', store: true };
  await client.request({
    method: 'PUT',
    path: '/shape',
    body: {
      settings: {
        number_of_replicas: 0,
        refresh_interval: '-1',
        'soft_deletes.retention_lease.period': '1m',
      },
      mappings: {
        dynamic: 'strict',
        _source: { enabled: false },
        properties: { sound: shape.field, pictures: shape.field, landmarks: pack, words: pack, rows: pack },
      },
    },
  });
  const counts = new TermCounts();
  let loading = 0;
  for (let n = 0; n < HOURS; n++) {
    const items = [...documents(shape, n, counts)];
    const from = performance.now();
    await client.bulk(items);
    loading += performance.now() - from;
  }
  say(`${shape.name}: loaded`);
  const wait = { method: 'POST', path: '/shape/_flush' } as const;
  await client.request(wait);
  await pause(45_000);
  await mergeIndex(client, 'shape');
  await client.request({ method: 'POST', path: '/shape/_refresh' });
  const stats = await client.request<{ _all: { primaries: { store: { size_in_bytes: number } } } }>({
    method: 'GET',
    path: '/shape/_stats/store',
  });
  const countOf = (hash: number) => counts.ofLandmark(hash);
  const all = await asked(client, shape, countOf, () => true);
  const pruned = await asked(client, shape, countOf, (hash) => countOf(hash) > 0);
  return {
    shape: shape.name,
    loadRealtime: Math.round((HOURS * HOUR * 1000) / loading),
    mibPerHour: stats._all.primaries.store.size_in_bytes / 2 ** 20 / HOURS,
    all,
    pruned,
  };
}

async function asked(
  client: ElasticClient,
  shape: Shape,
  countOf: (hash: number) => number,
  isWorth: (hash: number) => boolean,
) {
  const next = random(5);
  const times: number[] = [];
  let found = 0;
  let termCount = 0;
  for (let q = -20; q < QUERIES; q++) {
    const own = reference(Math.floor(next() * HOURS));
    const from = Math.floor(next() * (HOUR - STRETCH));
    const stretch = { from, to: from + STRETCH, survive: SURVIVE, seed: 1000 + q };
    const { hashes } = damagedLandmarks(own.fingerprint.audio[0]!, stretch);
    const terms = [...new Set(hashes)].filter(isWorth);
    const body = {
      size: SIZE,
      track_total_hits: false,
      stored_fields: ['landmarks', 'words'],
      query: shape.query('sound', terms, countOf),
    };
    const start = performance.now();
    const [answer] = await client.searches<{ hits: { hits: { _id: string }[] } }>('shape', [body]);
    const taken = performance.now() - start;
    if (q < 0) continue;
    times.push(taken);
    termCount += terms.length / QUERIES;
    const ids = new Set(answer!.hits.hits.map((hit) => hit._id));
    const number = (seconds: number) => Math.floor(seconds / 10 / shape.chunks);
    const near = [number(from), number(from + STRETCH)].map((n) => chunkId(own.fingerprintId, n));
    if (near.some((id) => ids.has(id))) found++;
  }
  return {
    p50Ms: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
    found: found / QUERIES,
    terms: termCount,
  };
}

async function main(): Promise<void> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-shapes-'));
  const server = await elasticsearch8.start(directory, { heap: Number(options.heap), optimised: true });
  const client = new ElasticClient({ url: `http://${server.address}` });
  try {
    const rows = [];
    for (const shape of SHAPES) rows.push(await measured(client, shape, (said) => console.log(said)));
    printTable(
      `Shapes of a document, ${HOURS} h, merged`,
      ['shape', 'loaded ×', 'MiB/h', 'all terms p50', 'p95 ms', 'known terms p50', 'p95 ms', 'found'],
      rows.map((row) => [
        row.shape,
        String(row.loadRealtime),
        row.mibPerHour.toFixed(2),
        row.all.p50Ms.toFixed(1),
        row.all.p95Ms.toFixed(1),
        row.pruned.p50Ms.toFixed(1),
        row.pruned.p95Ms.toFixed(1),
        row.pruned.found.toFixed(2),
      ]),
    );
    writeResults('index-shapes', { shapes: rows }, { ...options, survive: SURVIVE, stretch: STRETCH });
  } finally {
    await client.close();
    await server.kill();
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

await main();
