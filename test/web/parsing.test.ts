import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventParser } from '../../src/web/lib/events.js';
import { parseCsv, writeCsv } from '../../src/web/pages/catalogue/csv.js';
import { barAt, chartOf } from '../../src/web/pages/timeline/bars.js';
import { stepFor, ticks, zoomed } from '../../src/web/pages/timeline/view.js';

describe('tables that are imported through a page', () => {
  it('are read with the line that each row ends on', () => {
    const text = '\ufeffid,title\r\na,"Two\nlines, ""quoted"""\r\n\r\nb,\r\n';
    expect(parseCsv(text)).toEqual([
      { line: 1, cells: ['id', 'title'] },
      { line: 3, cells: ['a', 'Two\nlines, "quoted"'] },
      { line: 5, cells: ['b', ''] },
    ]);
  });

  it('are written as they were read', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 });
    fc.assert(
      fc.property(rows, (table) => {
        expect(parseCsv(writeCsv(table)).map(({ cells }) => cells)).toEqual(table);
      }),
    );
  });
});

describe('server-sent events', () => {
  const text =
    'retry: 2000\n\nid: 7\nevent: detection.opened\ndata: {"a":\r\ndata: 1}\n\n: well\r\n\r\nid: 9\r\n\r\ndata: x\n\n';

  it('are the same however they are cut on their way', () => {
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(text.length), (a, b) => {
        const [first, second] = a < b ? [a, b] : [b, a];
        const parser = new EventParser();
        const events = [text.slice(0, first), text.slice(first, second), text.slice(second)].flatMap((part) =>
          parser.take(part),
        );
        expect(events).toEqual([
          { id: '7', type: 'detection.opened', data: '{"a":\n1}' },
          { id: '9', type: 'message', data: 'x' },
        ]);
      }),
    );
  });

  it('tell how far one has come also where nothing was for one', () => {
    const parser = new EventParser();
    expect(parser.take('id: 12\n\n')).toEqual([]);
    expect(parser.lastId).toBe('12');
  });
});

describe('the time line', () => {
  it('zooms around a moment, which stays in its place', () => {
    const view = zoomed({ from: 0, to: 1_000_000 }, 0.5, 250_000);
    expect(view).toEqual({ from: 125_000, to: 625_000 });
  });

  it('has ticks that are apart, at whole steps', () => {
    const view = { from: 1_700_000_123_456, to: 1_700_000_123_456 + 3_600_000 };
    const step = stepFor(view, 1000, 90);
    const found = ticks(view, step);
    expect(step).toBe(600_000);
    expect(found.length).toBe(6);
    expect(found.every((at) => (at - new Date(at).getTimezoneOffset() * 60_000) % step === 0)).toBe(true);
  });

  it('knows the bar at a moment, the latest begun of several', () => {
    const bars = [
      [0, 0, 100, 0, 0.5, 'long', 0],
      [0, 40, 60, 0, 0.5, 'short', 0],
    ] as const;
    const facts = { since: '', until: '', more: false };
    const chart = chartOf({ ...facts, streams: [{ id: 's', name: 'S' }], assets: [], bars });
    const row = chart.rows[0]!.bars;
    expect([10, 50, 80, 103, 120].map((at) => barAt(row, at, 5)?.id)).toEqual([
      'long',
      'short',
      'long',
      'long',
      undefined,
    ]);
  });
});
