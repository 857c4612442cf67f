import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filtered, ordered, placeOf, type StreamFilter } from '../../src/api/stream-filter.js';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { TimelineReader } from '../../src/detections/timeline-reader.js';
import { detectionId, streamId, utcMillis } from '../../src/domain/ids.js';
import type { StreamInfo } from '../../src/domain/match.js';
import type { KnownStream } from '../../src/service/stream-board.js';
import { detection } from '../support/detection.js';

const DAY = 86_400_000;
const timeOf = (day: number, hour = 0) => utcMillis(Date.UTC(2026, 0, 1) + day * DAY + hour * 3_600_000);

describe('Streams', () => {
  let data: string;
  let store: DetectionStore;
  let timeline: TimelineReader;
  const streams: KnownStream[] = [];

  const known = (stream: StreamInfo, host: string | null): KnownStream => ({
    ...{ stream, host, probe: 'edge-1', state: 'live', since: null, reason: '', lastSegmentAt: null },
    ...{ bitRate: null, lastError: null, carries: [], frameAt: null },
  });

  beforeAll(() => {
    data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-streams-'));
    store = DetectionStore.openWriter(data);
    for (let n = 0; n < 6; n++) {
      const stream = {
        id: streamId(`s${n}`),
        name: `Kanal ${'BADCFE'[n]}`,
        url: `http://h${n % 2}.example/${n}.m3u8`,
      };
      const line = (day: number, state: 'captured' | 'lost') => ({
        ...{ streamId: stream.id, state, reason: '' },
        time: { start: timeOf(day), end: timeOf(day, 2) },
      });
      const found = detection({ id: detectionId(`77777777-0000-4000-8000-00000000000${n}`), stream });
      store.saveOnce([
        {
          ...{ stream, number: 1, detections: [found] },
          coverage: [line(n, 'captured'), line(n + 10, 'lost'), line(n + 20, 'captured')],
          sender: { ip: `192.0.2.${n % 3}`, asn: n < 2 ? 64500 : 64501 },
        },
      ]);
      streams.push(known(stream, `h${n % 2}.example`));
    }
    timeline = TimelineReader.open(data);
  });
  afterAll(() => {
    timeline.close();
    store.close();
    fs.rmSync(data, { recursive: true, force: true });
  });

  const found = (filter: StreamFilter) =>
    filtered(streams, filter, timeline).map(({ stream }) => stream.id as string);
  const at = (day: number, hour = 0) => new Date(timeOf(day, hour)).toISOString();

  it('are found by host, sender and network', () => {
    expect(found({ host: ['H1.example'] })).toEqual(['s1', 's3', 's5']);
    expect(found({ ip: ['::ffff:192.0.2.1'] })).toEqual(['s1', 's4']);
    expect(found({ ip: ['192.0.2.0', '192.0.2.1'], asn: [64500] })).toEqual(['s0', 's1']);
    expect(found({ asn: [64501], host: ['h0.example'], q: 'kanal f' })).toEqual(['s4']);
    expect(found({ asn: [1] })).toEqual([]);
    expect(() => found({ ip: ['192.0.2'] })).toThrow(/192\.0\.2 is no IP address/);
  });

  it('are found by when something of them was captured', () => {
    expect(found({ since: at(4, 1), until: at(5, 1) })).toEqual(['s4', 's5']);
    expect(found({ since: at(12) })).toEqual(['s0', 's1', 's2', 's3', 's4', 's5']);
    expect(found({ since: at(10), until: at(15) })).toEqual([]);
    expect(found({ since: at(24) })).toEqual(['s4', 's5']);
    expect(found({ until: at(1) })).toEqual(['s0']);
  });

  it('are put in order, page by page', () => {
    const byHost = ['s0', 's2', 's4', 's1', 's3', 's5'].map(
      (id) => streams.find((one) => one.stream.id === id)!,
    );
    const orders = {
      name: ['s1', 's0', 's3', 's2', 's5', 's4'],
      '-name': ['s4', 's5', 's2', 's3', 's0', 's1'],
      host: byHost.map(({ stream }) => stream.id as string),
      '-host': byHost.map(({ stream }) => stream.id as string).reverse(),
    } as const;
    for (const [sort, expected] of Object.entries(orders)) {
      const shown: string[] = [];
      for (let after: KnownStream | undefined, i = 0; i < 6; i++) {
        after = ordered(streams, sort as keyof typeof orders, after ? placeOf(after) : null)[0]!;
        shown.push(after.stream.id);
      }
      expect([sort, shown]).toEqual([sort, expected]);
      expect(
        ordered(
          streams,
          sort as keyof typeof orders,
          placeOf(streams.find(({ stream }) => stream.id === expected[5])!),
        ),
      ).toEqual([]);
    }
  });
});
