import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Json, start, streamprint } from '../support/cli.js';
import { broadcast, cutIntoSegments, type LiveChannels } from '../support/live-channels.js';
import { makeChannel } from '../support/programme.js';
import { makeProgrammes } from '../survival/programmes.js';
import { until } from '../transport/support.js';

/** Seconds of the channel a second of the clock. */
const PACE = 1;

const children = new Set<ChildProcess>();

/** A `serve` that runs, and what it has said. */
async function serve(args: readonly string[]) {
  const child = start(['serve', ...args, '--port', '0', '--json']);
  children.add(child);
  const lines: Json[] = [];
  let rest = '';
  let errors = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    lines.push(...parts.map((line) => JSON.parse(line) as Json));
  });
  const ended = once(child, 'close');
  const serving = await until(
    () => lines.find(({ type }) => type === 'serving') ?? (child.exitCode === null ? null : errors),
    (line) => line !== null,
    60_000,
  );
  const { url } = serving as Json;
  const get = async (route: string) => {
    const response = await fetch(url + route);
    return { status: response.status, text: await response.text() };
  };
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    return { code: child.exitCode, errors };
  };
  return { lines, get, stop };
}

describe('serve', () => {
  let folder: string;
  let channels: LiveChannels;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-serve-'));
    await makeProgrammes(file('programmes'), ['alpha', 'beta'], 40);
    await makeChannel(file('channel.ts'), [
      { file: file('programmes/alpha.mp4'), from: 2, seconds: 36 },
      { file: file('programmes/beta.mp4'), from: 4, seconds: 28 },
    ]);
    await cutIntoSegments(file('channel.ts'), file('channels/one'));
    await streamprint(['register', file('programmes'), '--data', file('data'), '--json']);
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  afterAll(async () => {
    await channels?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('captures, matches and answers in one process, and goes on where it was stopped', async () => {
    channels = await broadcast(file('channels'), PACE);
    const first = await serve([channels.url, '--data', file('data')]);
    expect(await first.get('/healthz')).toEqual({ status: 200, text: '{"status":"ok"}' });
    const ready = await first.get('/readyz');
    expect([ready.status, JSON.parse(ready.text)]).toEqual([
      200,
      {
        status: 'ready',
        reasons: [],
        engines: ['bus', 'index', 'decoder', 'detections'].map((name) => ({
          name,
          kind: name === 'decoder' ? expect.stringMatching(/^(libav|ffmpeg)$/) : 'embedded',
          state: 'up',
          reason: null,
        })),
      },
    ]);
    await until(
      () => first.lines.map(({ type }) => type),
      (types) => types.includes('detection.opened'),
      60_000,
    );
    const { text } = await first.get('/metrics');
    const valueIn = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(valueIn('streamprint_segments_total\\{outcome="matched"\\}')).toBeGreaterThan(0);
    expect(valueIn('streamprint_lag_seconds_count')).toBe(
      valueIn('streamprint_segments_total\\{outcome="matched"\\}'),
    );
    expect(valueIn('streamprint_streams\\{state="live"\\}')).toBe(1);
    expect(valueIn('streamprint_bus_up')).toBe(1);
    expect(valueIn('streamprint_probe_segments_captured_total')).toBeGreaterThan(0);
    expect(valueIn('streamprint_detections_total\\{change="opened"\\}')).toBeGreaterThan(0);
    expect(await first.stop()).toMatchObject({ code: 0 });

    channels.end();
    const second = await serve([channels.url, '--data', file('data')]);
    await until(
      () => second.lines.filter(({ type }) => type === 'detection.closed'),
      (closed) => closed.length >= 2,
      120_000,
    );
    expect(await second.stop()).toMatchObject({ code: 0 });
    const { json: found } = await streamprint(['detections', '--json', '--data', file('data')]);
    expect(found.map(({ assetId, state }) => [assetId, state])).toEqual([
      ['alpha', 'closed'],
      ['beta', 'closed'],
    ]);
    const { json: streams } = await streamprint(['streams', '--json', '--data', file('data')]);
    expect(streams[0]!.seconds.captured).toBeGreaterThan(10);
  }, 240_000);

  it('finds the same where what it captures goes over the bus as fingerprints', async () => {
    const edge = await broadcast(file('channels'), PACE);
    await streamprint(['register', file('programmes'), '--data', file('edge'), '--json']);
    const watching = await serve([edge.url, '--data', file('edge'), '--mode', 'edge']);
    edge.end();
    await until(
      () => watching.lines.filter(({ type }) => type === 'detection.closed'),
      (closed) => closed.length >= 2,
      120_000,
    );
    const { text } = await watching.get('/metrics');
    const captured = Number(/^streamprint_probe_captured_bytes_total (\S+)$/m.exec(text)?.[1]);
    const sent = Number(/^streamprint_probe_feature_bytes_total (\S+)$/m.exec(text)?.[1]);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(captured);
    expect(await watching.stop()).toMatchObject({ code: 0 });
    await edge.close();
    const { json: found } = await streamprint(['detections', '--json', '--data', file('edge')]);
    expect(found.map(({ assetId, state }) => [assetId, state])).toEqual([
      ['alpha', 'closed'],
      ['beta', 'closed'],
    ]);
  }, 240_000);

  it('says that its port is taken', async () => {
    const first = await serve(['--data', file('data')]);
    const url = first.lines.find(({ type }) => type === 'serving')!.url as string;
    const other = await streamprint(['serve', '--data', file('other'), '--port', new URL(url).port]);
    await first.stop();
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/Port \d+ of 127\.0\.0\.1 cannot be listened on/);
  });

  it('asks nobody for a key where that is wanted, and only where no other machine can ask', async () => {
    const open = await serve(['--data', file('open'), '--no-keys']);
    expect(await open.get('/v1/catalogues')).toMatchObject({ status: 200 });
    expect((await open.stop()).errors).not.toContain('key of a first administrator');
    const closed = await serve(['--data', file('open')]);
    expect(await closed.get('/v1/catalogues')).toMatchObject({ status: 401 });
    await closed.stop();
    for (const host of ['0.0.0.0', '::'])
      expect(
        await streamprint(['serve', '--data', file('open'), '--no-keys', '--host', host, '--port', '0']),
      ).toMatchObject({ code: 1, stderr: expect.stringContaining(`only this machine may ask, and ${host}`) });
  });
});
