import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { streamId, utcMillis } from '../../src/domain/ids.js';
import type { Json } from '../support/cli.js';
import { detection } from '../support/detection.js';
import { startService, type TestService } from '../support/service.js';
import { streamState } from '../support/stream-state.js';
import { until } from '../transport/support.js';

const DAY = 86_400_000;
const T = Date.UTC(2026, 0, 1);
const HOUR = DAY / 24;
const COUNT = 40;
/** Of the first ones nothing is said, of the last ones nothing is written down. */
const SAID_FROM = 8;
const RECORDED_TO = 36;
const STATES = ['live', 'stalled', 'gone'] as const;
const SORTS = ['name', '-name', 'host', '-host'] as const;
const LIMIT = 7;

type Sort = (typeof SORTS)[number];

/** A stream, and all that it can be found by. */
interface MadeUp {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly host: string;
  readonly state: (typeof STATES)[number] | 'unknown';
  readonly probe: string | null;
  readonly sender: { readonly ip: string; readonly asn: number } | null;
  /** What was captured of it, ms since 1970. */
  readonly captured: readonly (readonly [start: number, end: number])[];
}

function madeUp(n: number): MadeUp {
  const isRecorded = n < RECORDED_TO;
  const isSaid = n >= SAID_FROM;
  const host = n % 9 === 4 ? '' : `h${n % 4}.example`;
  return {
    id: `s-${(7 * n) % COUNT}`,
    // Some have one name, some a name that is ordered otherwise where people order it.
    name: ['Kanal', 'kanal', 'Émission', 'Straße', 'Zeta'][n % 5]! + (n % 3 === 0 ? '' : ` ${n}`),
    url: host === '' ? `file:///captures/${n}.ts` : `http://${host.toUpperCase()}/Live/${n}.m3u8`,
    host,
    state: isSaid ? STATES[n % 3]! : 'unknown',
    probe: isSaid ? `edge-${n % 4}` : null,
    sender: isRecorded ? { ip: `192.0.2.${n % 3}`, asn: n % 2 === 0 ? 64500 : 64501 } : null,
    captured: isRecorded ? [n, n + 100].map((day) => [T + day * DAY, T + day * DAY + 2 * HOUR]) : [],
  };
}

const STREAMS = Array.from({ length: COUNT }, (_, n) => madeUp(n));
const at = (day: number, hour = 0) => T + day * DAY + hour * HOUR;
const wasCaptured = ({ captured }: MadeUp, since: number, to: number) =>
  captured.some(([start, end]) => end > since && start < to);
const iso = (ms: number) => new Date(ms).toISOString();

/** Requests, and which streams they mean. */
const FILTERS: readonly (readonly [query: string, means: (stream: MadeUp) => boolean])[] = [
  ['', () => true],
  ['state=live', ({ state }) => state === 'live'],
  ['state=unknown', ({ state }) => state === 'unknown'],
  ['probe=edge-1', ({ probe }) => probe === 'edge-1'],
  ['q=KANAL', ({ name }) => /kanal/i.test(name)],
  [`q=${encodeURIComponent('émission 1')}`, ({ name }) => name.startsWith('Émission 1')],
  ['q=example/live/1', ({ url }) => /example\/live\/1/i.test(url)],
  ['q=S-3', ({ id }) => id.startsWith('s-3')],
  ['q=nothing', () => false],
  ['host=h1.example&host=H2.example', ({ host }) => host === 'h1.example' || host === 'h2.example'],
  ['ip=::ffff:192.0.2.1', ({ sender }) => sender?.ip === '192.0.2.1'],
  ['asn=64501', ({ sender }) => sender?.asn === 64501],
  [
    'ip=192.0.2.0&ip=192.0.2.1&asn=64500',
    ({ sender }) => sender !== null && sender.ip !== '192.0.2.2' && sender.asn === 64500,
  ],
  ['asn=1', () => false],
  [`since=${iso(at(120, 1))}`, (stream) => wasCaptured(stream, at(120, 1), Number.POSITIVE_INFINITY)],
  [`until=${iso(at(5, 1))}`, (stream) => wasCaptured(stream, 0, at(5, 1))],
  [`since=${iso(at(10, 1))}&until=${iso(at(30))}`, (stream) => wasCaptured(stream, at(10, 1), at(30))],
  [`since=${iso(at(50))}&until=${iso(at(60))}`, () => false],
  [
    `q=kanal&host=h0.example&since=${iso(at(12))}&asn=64500`,
    (stream) =>
      /kanal/i.test(stream.name) &&
      stream.host === 'h0.example' &&
      stream.sender?.asn === 64500 &&
      wasCaptured(stream, at(12), Number.POSITIVE_INFINITY),
  ],
  [
    `state=gone&probe=edge-3&until=${iso(at(30))}`,
    (stream) => stream.state === 'gone' && stream.probe === 'edge-3' && wasCaptured(stream, 0, at(30)),
  ],
];

function inOrder(streams: readonly MadeUp[], sort: Sort): string[] {
  const keysOf = ({ host, name, id }: MadeUp) => [...(sort.endsWith('host') ? [host] : []), name, id];
  const compare = (a: readonly string[], b: readonly string[]): number => {
    const place = a.findIndex((key, i) => key !== b[i]);
    return place < 0 ? 0 : a[place]! < b[place]! ? -1 : 1;
  };
  const rising = [...streams].sort((a, b) => compare(keysOf(a), keysOf(b))).map(({ id }) => id);
  return sort.startsWith('-') ? rising.reverse() : rising;
}

/**
 * What lists of streams are, whichever engine holds the catalogue and the search.
 * @param env what the service is configured with
 * @param more tests of that service
 */
export function streamsContract(
  name: string,
  env: () => NodeJS.ProcessEnv,
  more: (service: () => TestService, everything: () => Promise<Json[]>) => void = () => undefined,
): void {
  describe(`Lists of streams: ${name}`, () => {
    let data: string;
    let service: TestService;
    const as = 'analyst';

    beforeAll(async () => {
      data = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-streams-'));
      const store = DetectionStore.openWriter(data);
      store.saveOnce(STREAMS.filter(({ sender }) => sender !== null).map(toldOf));
      store.close();
      service = await startService({ data, env: { STREAMPRINT_API_RATE: '10000', ...env() } });
      // What is said now holds while the tests run, however long they take.
      const soon = iso(Date.now() + DAY);
      for (const { state, probe, ...stream } of STREAMS) {
        if (state === 'unknown' || probe === null) continue;
        const about = { id: stream.id, name: stream.name, url: stream.url };
        const capture = { state, probe, reason: 'it is said' };
        await service.service.bus.publish('streamprint.streams', streamState(about, soon, capture));
      }
      await until(
        () => page('limit=1'),
        ({ states }) => states.unknown === SAID_FROM && states.live + states.stalled + states.gone > 30,
        120_000,
      );
    });
    afterAll(async () => {
      await service?.close();
      await fs.rm(data, { recursive: true, force: true });
    });

    const page = async (query: string): Promise<Json> => {
      const answer = await service.request('GET', `/v1/streams?${query}`, { as });
      expect(answer.status, answer.text).toBe(200);
      return answer.json;
    };
    /** All pages. */
    const list = async (query: string, sort: Sort): Promise<Json[]> => {
      const pages: Json[] = [];
      for (let next = ''; ; ) {
        const one = await page(`${query}&sort=${sort}&limit=${LIMIT}${next}`);
        pages.push(one);
        expect(one.items.length).toBe(one.next === null ? one.items.length : LIMIT);
        if (one.next === null) return pages;
        expect(pages.length).toBeLessThan(COUNT);
        next = `&cursor=${one.next}`;
      }
    };

    it.each(FILTERS)('finds and counts them, in each order, page by page: %s', async (query, means) => {
      const meant = STREAMS.filter(means);
      const states = { live: 11, stalled: 10, gone: 11, unknown: SAID_FROM };
      for (const sort of SORTS) {
        const pages = await list(query, sort);
        expect(pages.flatMap(({ items }) => items.map(({ id }: Json) => id))).toEqual(inOrder(meant, sort));
        for (const one of pages) expect(one).toMatchObject({ total: meant.length, states });
        if (query === '') expect(pages).toHaveLength(Math.ceil(COUNT / LIMIT));
      }
    });

    it('shows of each how it stands', async () => {
      const { items } = await page(`limit=${COUNT}`);
      const of = (one: MadeUp) => items.find(({ id }: Json) => id === one.id);
      for (const one of STREAMS) {
        const { id, name, url, state, probe } = one;
        const reason = state === 'unknown' ? '' : 'it is said';
        expect(of(one)).toMatchObject({ id, name, url, state, probe, reason, host: one.host || null });
        expect((await service.request('GET', `/v1/streams/${id}`, { as })).json).toEqual(of(one));
      }
    });

    it('finds them by whatever is typed', async () => {
      const streamsOf = async (text: string) => {
        const route = `/v1/search?limit=50&q=${encodeURIComponent(text)}`;
        const { streams } = (await service.request('GET', route, { as })).json;
        expect(streams.total).toBe(streams.items.length);
        return streams.items.map(({ id }: Json) => id);
      };
      const named = (means: (stream: MadeUp) => boolean) => inOrder(STREAMS.filter(means), 'name');
      expect(await streamsOf('straße')).toEqual(named(({ name: of }) => of.startsWith('Straße')));
      expect(await streamsOf(STREAMS[20]!.url)).toEqual([STREAMS[20]!.id]);
      const elsewhere = 'http://h3.example/elsewhere.m3u8';
      expect(await streamsOf(elsewhere)).toEqual(named(({ host }) => host === 'h3.example'));
      expect(await streamsOf('192.0.2.2')).toEqual(named(({ sender }) => sender?.ip === '192.0.2.2'));
      expect(await streamsOf('AS64501')).toEqual(named(({ sender }) => sender?.asn === 64501));
    });

    it('refuses what cannot be looked for, and cursors of other lists', async () => {
      const refused = async (query: string) => {
        const { status, json } = await service.request('GET', `/v1/streams?${query}`, { as });
        return [status, json.pointer];
      };
      const { next } = await page('limit=3&sort=name');
      expect(await refused(`sort=host&cursor=${next}`)).toEqual([422, '/cursor']);
      expect(await refused('ip=192.0.2')).toEqual([422, '/ip']);
    });

    more(
      () => service,
      async () => (await list('', 'host')).flatMap(({ items }) => items),
    );
  });
}

function toldOf({ id, name, url, captured, sender }: MadeUp) {
  const stream = { id: streamId(id), name, url };
  const line = (start: number, end: number, state: 'captured' | 'lost') => ({
    ...{ streamId: stream.id, state, reason: '' },
    time: { start: utcMillis(start), end: utcMillis(end) },
  });
  const lost = captured.map(([start, end]) => line(start + 45 * DAY, end + 45 * DAY, 'lost'));
  const had = captured.map(([start, end]) => line(start, end, 'captured'));
  return {
    ...{ stream, number: 1, sender, detections: [detection({ stream })] },
    coverage: [...had, ...lost].sort((a, b) => a.time.start - b.time.start),
  };
}
