import { v5 as uuidv5 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DetectionStore } from '../../src/detections/detection-store.js';
import type { ReviewState, Verdict } from '../../src/detections/review.js';
import type {
  DetectionQuery,
  DetectionSearch,
  Facet,
  FoundDetection,
  Sort,
} from '../../src/detections/search/detection-search.js';
import { assetId, detectionId, referenceId, streamId, utcMillis } from '../../src/domain/ids.js';
import { delayOf } from '../../src/domain/live-reference.js';
import type { Detection } from '../../src/domain/match.js';
import type { Sender } from '../../src/domain/source-facts.js';

/** A store that can be searched, of one engine. */
export interface SearchedStore {
  readonly search: DetectionSearch;
  /** Adds detections or changes them, sent by `senderOf`; what is found from then on shows it. */
  save(detections: readonly Detection[]): Promise<void>;
  review(id: Detection['id'], verdict: Verdict): Promise<void>;
  close(): Promise<void>;
}

const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 10, 1);

/** Of what is told of streams. */
let told = 0;

/** Saves detections as the service does that is told of them. */
export function saveTold(store: DetectionStore, detections: readonly Detection[]): void {
  store.saveOnce(
    detections.map((detection) => ({
      stream: detection.stream,
      number: ++told,
      detections: [detection],
      sender: senderOf(detection),
    })),
  );
}

/** The same numbers each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TITLES = [
  'Élan vital',
  'The Silver River',
  'River of Stars',
  'Straße nach Norden',
  'Night 42',
  '銀河鉄道',
];
const NAMES = ['Canal Río', 'Silver TV', 'Kanal 42', 'Nord'];

/** @param n tells it from others */
export function someDetection(n: number, draw: () => number): Detection {
  const pick = (count: number) => Math.floor(draw() * count);
  const asset = pick(24);
  const stream = pick(12);
  const start = BEGIN + pick(5000) * MINUTE;
  const length = pick(100) === 0 ? 600 * MINUTE : pick(90) * MINUTE;
  const isLive = asset % 8 === 0;
  const from = isLive ? start / 1000 - pick(100) : pick(1000);
  return {
    id: detectionId(uuidv5(String(n), uuidv5.URL)),
    state: pick(20) === 0 ? 'open' : 'closed',
    stream: {
      id: streamId(`stream-${stream}`),
      name: `${NAMES[stream % NAMES.length]} ${stream}`,
      url: stream === 0 ? '/srv/recorded.ts' : `http://h${stream % 5}.example:8080/${stream}.m3u8`,
    },
    catalogue: `catalogue-${asset % 3}`,
    assetId: assetId(`asset-${asset % 16}`),
    title: `${TITLES[asset % TITLES.length]} ${asset}`,
    referenceId: referenceId(`reference-${asset}`),
    modality: (['video', 'audio', 'both'] as const)[pick(3)]!,
    time: { start: utcMillis(start), end: utcMillis(start + length) },
    reference: { start: from, end: from + length / 1000 },
    speed: 1,
    mirrored: pick(9) === 0,
    box: null,
    score: pick(101) / 100,
    expectedFalsePerDay: 1e-9,
  };
}

/** Who sent the stream of a detection, the same each time; of some it is not known. */
export function senderOf({ id }: Pick<Detection, 'id'>): Sender | null {
  const n = Number.parseInt(id.slice(0, 4), 16);
  if (n % 5 === 0) return null;
  return {
    ip: n % 2 === 0 ? `198.51.100.${n % 7}` : `2001:db8::${n % 7}`,
    asn: n % 3 === 0 ? null : 64_500 + (n % 4),
  };
}

/** What a store must find, found in the slow and obvious way. */
function isWanted({ detection: d, host, review }: FoundDetection, query: DetectionQuery): boolean {
  const among = <T>(values: readonly T[] | undefined | null, value: T) => !values || values.includes(value);
  const delay = delayOf(d);
  const sender = senderOf(d);
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain(`${d.title} ${d.stream.name}`).match(/[\p{L}\p{N}]+/gu) ?? [];
  const asked = plain(query.text ?? '').match(/[\p{L}\p{N}]+/gu) ?? [];
  return (
    among(query.visible, d.catalogue) &&
    (query.text === undefined || asked.length > 0) &&
    asked.every((word) => words.some((other) => other.startsWith(word))) &&
    among(query.streams, d.stream.id as string) &&
    among(query.hosts, host) &&
    among(query.ips, sender?.ip ?? '') &&
    among(query.asns, sender?.asn ?? 0) &&
    among(query.assets, d.assetId as string) &&
    among(query.catalogues, d.catalogue) &&
    d.time.end >= (query.since ?? 0) &&
    d.time.start < (query.until ?? Number.POSITIVE_INFINITY) &&
    d.score >= (query.minScore ?? 0) &&
    d.score <= (query.maxScore ?? 1) &&
    among(query.modalities, d.modality) &&
    (query.minDelay === undefined || (delay !== null && delay >= query.minDelay)) &&
    (query.maxDelay === undefined || (delay !== null && delay <= query.maxDelay)) &&
    (query.state === undefined || query.state === d.state) &&
    among(query.reviews, review)
  );
}

const keyOf = ({ detection }: FoundDetection, sort: Sort) =>
  sort.endsWith('score') ? detection.score : detection.time.start;

/** All pages of a search. */
export async function allOf(search: DetectionSearch, query: DetectionQuery, sort: Sort, limit = 7) {
  const found: FoundDetection[] = [];
  for (let after: string | null = null, pages = 0; ; pages++) {
    const page = await search.page(query, { sort, limit, after });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    if (page.next === null) return found;
    after = page.next;
    expect(pages).toBeLessThan(5000);
  }
}

const QUERIES: readonly Partial<DetectionQuery>[] = [
  {},
  { visible: ['catalogue-1'] },
  { visible: ['catalogue-1', 'catalogue-2'], catalogues: ['catalogue-0', 'catalogue-2'] },
  { visible: ['catalogue-1'], catalogues: ['catalogue-0'] },
  { visible: [] },
  { assets: ['asset-3'] },
  { assets: ['asset-3', 'asset-4'], visible: ['catalogue-0'] },
  { assets: ['asset-99'] },
  { streams: ['stream-2', 'stream-7'], minScore: 0.5 },
  { hosts: ['h1.example'], modalities: ['audio', 'both'] },
  { hosts: ['h1.example'], streams: ['stream-2'] },
  { ips: ['198.51.100.2'] },
  { ips: ['2001:db8::3', '198.51.100.5'], asns: [64_501], minScore: 0.3 },
  { asns: [64_502, 64_503], streams: ['stream-2'] },
  { ips: ['203.0.113.9'] },
  { text: 'riv' },
  { text: 'RIO' },
  { text: 'elan canal' },
  { text: 'silver 4' },
  { text: 'strasse' },
  { text: 'straße', state: 'closed' },
  { text: '銀河' },
  { text: 'no such words' },
  { text: '!!' },
  { text: '"* OR (' },
  { since: BEGIN + 2000 * MINUTE, until: BEGIN + 2010 * MINUTE },
  { since: BEGIN + 4900 * MINUTE },
  { until: BEGIN + 50 * MINUTE, assets: ['asset-1'] },
  { state: 'open' },
  { reviews: ['rejected'] },
  { reviews: ['confirmed', 'none'], minScore: 0.9 },
  { reviews: ['second-opinion', 'licensed'], visible: ['catalogue-0'] },
  { minDelay: 20, maxDelay: 40 },
  { minScore: 0.3, maxScore: 0.31 },
  { modalities: ['video'], state: 'open', since: BEGIN, text: 'night' },
];

/** What every engine must do alike. */
export function searchContract(engine: string, open: () => Promise<SearchedStore>): void {
  describe(`Search of detections on ${engine}`, () => {
    let store: SearchedStore;
    const known = new Map<string, FoundDetection>();
    const draw = random(1);

    const put = async (detections: readonly Detection[]) => {
      await store.save(detections);
      for (const detection of detections) {
        const before = known.get(detection.id);
        const host = /:\/\/([^:/]+)/.exec(detection.stream.url)?.[1] ?? '';
        known.set(detection.id, { detection, host, review: before?.review ?? 'none' });
      }
    };
    const judge = async (id: string, review: Verdict) => {
      await store.review(detectionId(id), review);
      known.set(id, { ...known.get(id)!, review: review as ReviewState });
    };
    const expected = (query: DetectionQuery) => [...known.values()].filter((one) => isWanted(one, query));

    beforeAll(async () => {
      store = await open();
      await put(Array.from({ length: 3000 }, (_, n) => someDetection(n, draw)));
      const verdicts: readonly Verdict[] = ['confirmed', 'rejected', 'licensed', 'second-opinion'];
      for (const [n, id] of [...known.keys()].slice(0, 60).entries()) await judge(id, verdicts[n % 4]!);
    }, 120_000);
    afterAll(async () => {
      await store?.close();
    });

    for (const asked of QUERIES)
      it(`finds ${JSON.stringify(asked)}, in each order, page by page`, { timeout: 60_000 }, async () => {
        const query: DetectionQuery = { visible: null, ...asked };
        const wanted = expected(query);
        for (const sort of ['-start', 'start', '-score', 'score'] as const) {
          const found = await allOf(store.search, query, sort, 97);
          expect(new Set(found.map(({ detection }) => detection.id)).size).toBe(found.length);
          expect(found.length).toBe(wanted.length);
          const keys = found.map((one) => keyOf(one, sort));
          expect(keys).toEqual([...keys].sort((a, b) => (sort.startsWith('-') ? b - a : a - b)));
          for (const one of found) expect(one).toEqual(known.get(one.detection.id));
        }
        const total = await store.search.total(query);
        expect(total).toEqual({ count: wanted.length, isExact: true });
      });

    it('counts by facets what the search finds', async () => {
      const query: DetectionQuery = { visible: ['catalogue-0', 'catalogue-1'], minScore: 0.2 };
      const wanted = expected(query);
      const facets: readonly Facet[] = [
        'asset',
        'stream',
        'host',
        'catalogue',
        'modality',
        'review',
        'state',
      ];
      const counted = await store.search.facets(query, '-start', [...facets, 'score', 'delay', 'day']);
      expect(counted).toMatchObject({ counted: wanted.length, isComplete: true });
      const textOf: Record<string, (one: FoundDetection) => string> = {
        asset: ({ detection }) => `${detection.assetId} ${detection.title}`,
        stream: ({ detection }) => `${detection.stream.id} ${detection.stream.name}`,
        host: ({ host }) => host,
        catalogue: ({ detection }) => detection.catalogue,
        modality: ({ detection }) => detection.modality,
        review: ({ review }) => review,
        state: ({ detection }) => detection.state,
      };
      for (const facet of facets) {
        const counts = new Map<string, number>();
        for (const one of wanted) {
          const value = textOf[facet]!(one);
          if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
        }
        const told = counted.values[facet]!.map(({ value, label, count }) => [
          facet === 'asset' || facet === 'stream' ? `${value} ${label}` : value,
          count,
        ]);
        expect(new Map(told as [string, number][])).toEqual(counts);
      }
      const inRange = wanted.filter(({ detection: { score } }) => score >= 0.5 && score < 0.6);
      expect(counted.values.score!.find(({ value }) => value === '0.5')?.count).toBe(inRange.length);
      const late = wanted.filter(({ detection }) => (delayOf(detection) ?? 0) >= 60);
      expect(counted.values.delay!.find(({ value }) => value === '60')?.count).toBe(late.length);
      expect(counted.values.day!.reduce((sum, { count }) => sum + count, 0)).toBe(wanted.length);
    });

    it('goes on where a page ended, whatever comes in between', async () => {
      const query: DetectionQuery = { visible: null, catalogues: ['catalogue-2'] };
      const before = expected(query).map(({ detection }) => detection.id);
      const first = await store.search.page(query, { sort: '-start', limit: 100, after: null });
      await put(Array.from({ length: 200 }, (_, n) => someDetection(10_000 + n, draw)));
      const rest: string[] = [];
      for (let after = first.next; after !== null; ) {
        const page = await store.search.page(query, { sort: '-start', limit: 100, after });
        rest.push(...page.items.map(({ detection }) => detection.id));
        after = page.next;
      }
      const seen = [...first.items.map(({ detection }) => detection.id), ...rest];
      expect(new Set(seen).size).toBe(seen.length);
      for (const id of before) expect(seen).toContain(id);
    });

    it('shows a detection as it is now: extended, closed, under a new title, judged again', async () => {
      const [one] = expected({ visible: null, state: 'open' });
      const { detection } = one!;
      const end = utcMillis(detection.time.end + MINUTE);
      await put([{ ...detection, state: 'closed', title: 'Umbenannt', time: { ...detection.time, end } }]);
      await judge(detection.id, 'rejected');
      await judge(detection.id, 'confirmed');
      expect(await store.search.get(null, detection.id)).toEqual(known.get(detection.id));
      const found = await allOf(
        store.search,
        { visible: null, text: 'umbenannt', reviews: ['confirmed'] },
        'start',
      );
      expect(found.map(({ detection: { id } }) => id)).toContain(detection.id);
    });

    it('shows nothing that may not be seen', async () => {
      const { detection } = [...known.values()][0]!;
      expect(await store.search.get([], detection.id)).toBeNull();
      expect(await store.search.get(['another'], detection.id)).toBeNull();
      expect(await store.search.get([detection.catalogue], detection.id)).toMatchObject({ detection });
      expect(await store.search.get(null, detectionId('none'))).toBeNull();
    });

    it('refuses a place of another order', async () => {
      const { next } = await store.search.page({ visible: null }, { sort: '-start', limit: 1, after: null });
      const again = (after: string | null) =>
        store.search.page({ visible: null }, { sort: 'score', limit: 1, after });
      await expect(again(next)).rejects.toMatchObject({ code: 'SP_USAGE' });
      await expect(again('nonsense')).rejects.toMatchObject({ code: 'SP_USAGE' });
    });
  });
}
