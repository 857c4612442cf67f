import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFrom } from '../../src/config.js';
import { assetId, detectionId } from '../../src/domain/ids.js';
import { openBusBeside } from '../../src/roles/bus.js';
import { Database } from '../../src/storage/database.js';
import type { Bus } from '../../src/transport/index.js';
import type { Json } from '../support/cli.js';
import { detection } from '../support/detection.js';
import { tellDetection } from '../support/detection-message.js';
import { EventReader, type ReadEvent } from '../support/event-reader.js';
import { makeKey, type ServiceProcess, startServiceProcess } from '../support/service-process.js';
import { until } from '../transport/support.js';

const FIRST = detection({ assetId: assetId('first') });
const SECOND = detection({
  assetId: assetId('second'),
  id: detectionId('99999999-0000-4000-8000-000000000002'),
});

/** The real service, killed between what has changed and the event that tells it. */
describe('events of what a kill -9 came right after', () => {
  let data: string;
  let key: string;
  let service: ServiceProcess;
  let bus: Bus;

  const ask = async (method: string, route: string, body?: string, headers = {}) => {
    const response = await fetch(service.url + route, {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      json: (text ? JSON.parse(text) : {}) as Json,
    };
  };
  const json = (route: string, content: unknown, headers = {}) =>
    ask('POST', route, JSON.stringify(content), { 'content-type': 'application/json', ...headers });
  const upload = (name: string) => {
    const facts = { catalogue: 'films', filename: name };
    const metadata = Object.entries(facts).map(
      ([n, value]) => `${n} ${Buffer.from(value).toString('base64')}`,
    );
    return ask('POST', '/v1/uploads', 'no media', {
      'tus-resumable': '1.0.0',
      'content-type': 'application/offset+octet-stream',
      'upload-length': '8',
      'upload-metadata': metadata.join(','),
    });
  };
  const review = async (verdict: string) => {
    const { headers } = await ask('GET', `/v1/detections/${FIRST.id}`);
    return json(`/v1/detections/${FIRST.id}/reviews`, { verdict }, { 'if-match': headers.get('etag')! });
  };
  /** How many rows there are, as another process sees them. */
  const rows = (file: string, from: string): number => {
    const database = Database.open(path.join(data, file));
    try {
      return database.get<{ n: number }>(`SELECT count(*) AS n FROM ${from}`)!.n;
    } finally {
      database.close();
    }
  };
  const untilThereAre = (count: number, file: string, from: string) =>
    until(
      () => rows(file, from),
      (n) => n === count,
      300_000,
    );
  /** All events so far, until there are enough. */
  const events = async (enough: (all: readonly ReadEvent[]) => boolean) => {
    const reader = new EventReader(`${service.url}/v1/events?after=0`, key);
    try {
      return await reader.until(enough);
    } finally {
      reader.close();
    }
  };
  const typesOf = (all: readonly ReadEvent[]) => all.map(({ type }) => type);
  const count = (all: readonly ReadEvent[], type: string) =>
    typesOf(all).filter((one) => one === type).length;

  beforeAll(async () => {
    data = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-survival-events-'));
    service = await startServiceProcess(data);
    key = await makeKey(data, 'default', 'administrator');
    bus = await openBusBeside(configFrom({}), data, 'test');
    expect((await json('/v1/tenants', { id: 'north' })).status).toBe(201);
    expect((await json('/v1/catalogues', { name: 'films', tenant: 'north' })).status).toBe(201);
    const rule = { name: 'All', catalogue: 'films', changes: ['opened', 'closed'], bus: true };
    expect((await json('/v1/alerts/rules', rule)).status).toBe(201);
  }, 180_000);
  afterAll(async () => {
    await service?.kill();
    await bus?.close();
    await fs.rm(data, { recursive: true, force: true });
  });

  it('are told by the next process, each once', async () => {
    await tellDetection(bus, 'opened', { ...FIRST, catalogue: 'films' }, 1);
    await events((all) => count(all, 'alert') === 1);
    // No event is taken from here on: so the service is between each change and its event until it is killed.
    const held = Database.open(path.join(data, 'events', 'events.db'));
    held.exec(`CREATE TRIGGER held BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'held'); END`);
    expect((await upload('garbage.mp4')).status).toBe(201);
    await untilThereAre(1, 'rights/rights.db', "reference_jobs WHERE state = 'failed'");
    await tellDetection(bus, 'opened', { ...SECOND, catalogue: 'films' }, 2);
    await untilThereAre(2, 'detections/detections.db', 'changes');
    expect((await review('confirmed')).status).toBe(201);
    expect(rows('events/events.db', 'events')).toBe(2);
    await service.kill();
    held.exec('DROP TRIGGER held');
    held.close();
    expect(rows('events/events.db', 'events')).toBe(2);

    service = await startServiceProcess(data);
    const told = await events((all) => all.length >= 6);
    expect(typesOf(told).slice(0, 2)).toEqual(['detection.opened', 'alert']);
    expect(typesOf(told).slice(2).sort()).toEqual([
      'alert',
      'detection.opened',
      'reference.failed',
      'review',
    ]);
    expect(told.find(({ type }) => type === 'review')!.data).toMatchObject({
      detectionId: FIRST.id,
      review: { verdict: 'confirmed', by: { name: 'default-administrator' } },
    });
    expect(told.find(({ type }) => type === 'reference.failed')!.data.job).toMatchObject({
      catalogue: 'films',
      source: 'garbage.mp4',
      state: 'failed',
    });

    await service.kill();
    service = await startServiceProcess(data);
    expect((await review('second-opinion')).status).toBe(201);
    expect((await upload('more.mp4')).status).toBe(201);
    const all = await events((some) => count(some, 'reference.failed') === 2);
    expect(all.slice(0, 6)).toEqual(told);
    expect(typesOf(all).slice(6)).toEqual(['review', 'reference.failed']);
  }, 600_000);

  it('are told of on the topic of alerts, too', async () => {
    const alerts: string[] = [];
    const follower = await bus.follow({
      topic: 'streamprint.alerts',
      take: async ({ message }) => {
        if (message?.type === 'alert/1') alerts.push(`${message.content.change} ${message.content.assetId}`);
      },
      onInvalid: (_, error) => alerts.push(error.message),
    });
    await until(
      () => new Set(alerts),
      (all) => all.size >= 2,
      60_000,
    );
    await follower.close();
    expect(new Set(alerts)).toEqual(new Set(['opened first', 'opened second']));
  });
});
