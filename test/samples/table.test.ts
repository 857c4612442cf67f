import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ChannelTable } from '../../samples/table.js';
import { watch } from '../../samples/watch.js';

const CHANNELS = [
  { id: 'one', name: 'Channel One' },
  { id: 'two', name: 'Two' },
];

function detection(id: string, seconds: number) {
  return {
    id,
    stream: { id: 'one' },
    assetId: 'film',
    title: 'Film',
    modality: 'both',
    mirrored: true,
    start: '2026-01-01T00:00:00.000Z',
    end: new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString(),
    reference: { start: 0, end: seconds },
    score: 0.9,
  };
}

describe('the table of channels', () => {
  it('shows what runs now, and what ran before', () => {
    const table = new ChannelTable(CHANNELS);
    table.setState('two', 'live');
    table.take(detection('a', 12), true);
    expect(table.lines(200)[2]).toContain('Film 12 s (both, mirrored, score 0.90)');
    table.take(detection('a', 20), false);
    const [, , one, two] = table.lines(200);
    expect(one).toMatch(/–\s+1\s+Film 20 s$/);
    expect(two).toMatch(/^Two\s+live\s+–\s+0$/);
  });

  it('never writes beyond the width of the terminal', () => {
    const table = new ChannelTable(CHANNELS);
    table.take(detection('a', 12), true);
    for (const width of [10, 40, 80])
      for (const line of table.lines(width)) expect(line.length).toBeLessThanOrEqual(width);
  });
});

describe('watching a monitor', () => {
  async function* lines() {
    const time = '2026-01-01T00:00:00.000Z';
    yield { type: 'stream.live', time, stream: { id: 'one' }, reason: '' };
    yield { type: 'stream.note', time, stream: { id: 'one' }, message: 'a variant was taken' };
    yield { type: 'detection.opened', time, detection: detection('a', 5) };
    yield { type: 'detection.extended', time, detection: detection('a', 9) };
    yield { type: 'stream.gone', time, stream: { id: 'one' }, reason: 'ended' };
    yield { type: 'detection.closed', time, detection: detection('a', 12) };
  }

  it('keeps every detection as it was last told, and writes plain lines where there is no terminal', async () => {
    const output = new PassThrough();
    const found = await watch(lines(), CHANNELS, output as unknown as NodeJS.WriteStream);
    expect(found).toHaveLength(1);
    expect(found[0]!.reference.end).toBe(12);
    const text = String(output.read());
    expect(text).toContain('opened  one: Film, 5 s, both');
    expect(text).not.toContain('extended');
    expect(text).toContain('ended');
    expect(text).not.toContain('\u001b');
  });
});
