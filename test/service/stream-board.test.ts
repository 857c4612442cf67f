import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedStream } from '../../src/detections/recorded-streams.js';
import { streamId } from '../../src/domain/ids.js';
import { StreamBoard } from '../../src/service/stream-board.js';
import type { KnownStream } from '../../src/service/stream-line.js';
import { type Bus, digestOf, openEmbeddedBus } from '../../src/transport/index.js';
import { NO_NEWS } from '../../src/worker/news.js';
import { streamState } from '../support/stream-state.js';
import { until } from '../transport/support.js';

const AT = Date.parse('2026-01-31T12:00:00.000Z');
const MINUTE = 60_000;
const stream = { id: 'one', name: 'One', url: 'http://Pirate.example/one.m3u8' };

describe('StreamBoard', () => {
  let directory: string;
  let bus: Bus;
  let board: StreamBoard;
  let now: number;
  let told: string[];
  let recorded: RecordedStream[];
  let changes = 0;

  const open = () =>
    StreamBoard.start({
      bus,
      recorded: { after: (number) => recorded.filter((one) => one.number > number) },
      now: () => now,
      onState: ({ state }: KnownStream) => told.push(state),
      onTrouble: (message) => told.push(message),
    });
  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-board-'));
    bus = openEmbeddedBus({ directory }, { blobs: null });
    now = AT;
    told = [];
    recorded = [];
    board = await open();
  });
  afterEach(async () => {
    await board.close();
    await bus.close();
    fs.rmSync(directory, { recursive: true, force: true });
  });

  const say = async (state: 'live' | 'stalled' | 'gone', reason: string, lost: string | null = null) => {
    const at = new Date(now).toISOString();
    const line = {
      stream,
      at,
      number: 1,
      time: { start: at, end: at },
      state: 'lost',
      segments: null,
    } as const;
    const news = lost ? { ...NO_NEWS, ledger: [{ ...line, reason: lost }] } : NO_NEWS;
    await bus.publish(
      'streamprint.streams',
      streamState(stream, at, { state, reason, probe: 'madrid' }, news),
    );
  };
  const all = () => board.search({}, { sort: 'name', limit: 100, after: null }).items;
  const shows = (what: (known: KnownStream) => boolean) =>
    until(
      () => board.get('one'),
      (known) => known !== null && what(known),
      60_000,
    );

  it('tells how a stream stands, and what went wrong last', async () => {
    expect(board.get('one')).toBeNull();
    await say('live', 'it is there');
    expect(await shows(({ state }) => state === 'live')).toMatchObject({
      ...{
        host: 'pirate.example',
        probe: 'madrid',
        since: AT,
        lastError: null,
        frameAt: null,
        bitRate: null,
      },
    });
    await say('live', 'it is there', 'too large');
    await shows(({ lastError }) => lastError?.message === 'too large');
    now += MINUTE;
    await say('gone', 'refused with 403');
    expect(await shows(({ state }) => state === 'gone')).toMatchObject({
      lastError: { at: AT + MINUTE, message: 'refused with 403' },
    });
    expect(told).toEqual(['live', 'gone']);
  });

  it('does not say of what nothing is heard of that it is live', async () => {
    await say('live', 'it is there');
    await shows(({ state }) => state === 'live');
    now += 2 * MINUTE;
    expect(board.get('one')).toMatchObject({ state: 'unknown', since: AT });
    await until(
      () => told,
      (states) => states.includes('unknown'),
      60_000,
    );
    await say('gone', 'it ended');
    await shows(({ state }) => state === 'gone');
    now += 60 * MINUTE;
    expect(board.get('one')).toMatchObject({ state: 'gone' });
  });

  it('has the last picture, until the stream is forgotten, and knows all again when it starts anew', async () => {
    await say('live', 'it is there');
    const jpeg = new Uint8Array([0xff, 0xd8, 1, 2, 3]);
    const content = {
      ...{ stream, at: new Date(now).toISOString(), probe: 'madrid', source: 'http://pirate.example/1.ts' },
      ...{ bitRate: 2_000_000, time: 1.5, ...(await digestOf(jpeg)) },
    };
    await bus.publish('streamprint.frames', { type: 'frame/1', content }, jpeg);
    expect(await shows(({ frameAt }) => frameAt !== null)).toMatchObject({ bitRate: 2_000_000 });
    expect(board.frame('one')).toMatchObject({ jpeg, digest: content.sha256, at: AT });
    await board.close();
    board = await open();
    expect(all()).toMatchObject([{ state: 'live', bitRate: 2_000_000, frameAt: AT }]);
    await bus.retract('streamprint.frames', 'one');
    await bus.retract('streamprint.streams', 'one');
    await until(all, ({ length }) => length === 0, 60_000);
    expect(board.frame('one')).toBeNull();
  });

  it('knows of streams that something was written down of, whether anything is said of them or not', async () => {
    const names = () => all().map(({ stream: { name }, state }) => `${name} ${state}`);
    const record = (id: string, name: string) => {
      const at = { id: streamId(id), name, url: `http://${id}.example/` };
      recorded = [...recorded.filter(({ stream }) => stream.id !== id), { number: ++changes, stream: at }];
    };
    record('two', 'Two');
    record('one', 'Eins');
    expect(names()).toEqual(['Eins unknown', 'Two unknown']);
    await say('live', 'it is there');
    await shows(({ state }) => state === 'live');
    expect(names()).toEqual(['One live', 'Two unknown']);
    record('two', 'A new name');
    expect(names()).toEqual(['A new name unknown', 'One live']);
    expect(board.get('two')).toMatchObject({ host: 'two.example', probe: null, since: null, reason: '' });
    await bus.retract('streamprint.streams', 'one');
    await until(names, (shown) => shown.includes('Eins unknown'), 60_000);
    expect(names()).toEqual(['A new name unknown', 'Eins unknown']);
    expect(told).toEqual(['live']);
  });
});
