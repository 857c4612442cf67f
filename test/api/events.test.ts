import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assetId, streamId } from '../../src/domain/ids.js';
import { detection } from '../support/detection.js';
import { tellDetection } from '../support/detection-message.js';
import { EventReader } from '../support/event-reader.js';
import { startService, type TestService } from '../support/service.js';
import { until } from '../transport/support.js';

describe('GET /v1/events', () => {
  let service: TestService;
  const readers: EventReader[] = [];
  let told = 0;
  const follow = (who: string, lastId = '', query = '') => {
    const reader = new EventReader(`${service.url}/v1/events${query}`, service.key(who), lastId);
    readers.push(reader);
    return reader;
  };
  const tell = (catalogue: string, asset: string) =>
    tellDetection(service.service.bus, 'opened', detection({ catalogue, assetId: assetId(asset) }), ++told);

  beforeAll(async () => {
    service = await startService();
    for (const [who, name] of [
      ['rights-holder', 'films'],
      ['studio:rights-holder', 'studio-films'],
    ] as const)
      await service.request('POST', '/v1/catalogues', { as: who, json: { name } });
  });
  afterAll(async () => {
    for (const reader of readers) reader.close();
    await service.close();
  });

  it('tells what happens, numbered, and goes on after the last one that was seen', async () => {
    const reader = follow('administrator', '0');
    await tell('films', 'first');
    await tell('films', 'second');
    const events = await reader.until((all) => all.length >= 2);
    expect(events.map(({ id, type, data }) => [id, type, data.detection.assetId])).toEqual([
      ['1', 'detection.opened', 'first'],
      ['2', 'detection.opened', 'second'],
    ]);
    expect(events[0]!.data).toMatchObject({ number: 1, type: 'detection.opened' });
    expect(events[0]!.data.detection.classified).toBe('alert');
    reader.close();
    await tell('films', 'third');
    const again = follow('administrator', reader.lastId);
    const later = await again.until((all) => all.length >= 1);
    expect(later.map(({ id, data }) => [id, data.detection.assetId])).toEqual([['3', 'third']]);
  });

  it("tells nobody of another tenant's detections, nor rights holders of streams", async () => {
    const ours = follow('rights-holder', '3');
    const theirs = follow('studio:rights-holder', '3');
    const all = follow('administrator', '3');
    await tell('studio-films', 'theirs');
    const stream = { id: streamId('two'), name: 'Two', url: 'http://two.example/' };
    await service.service.bus.publish('streamprint.segments', {
      type: 'state/1',
      content: {
        stream,
        probe: 'test',
        run: '22222222-0000-4000-8000-000000000000',
        at: new Date().toISOString(),
        state: 'live',
        reason: 'the test',
      },
    });
    await all.until((events) => events.some(({ type }) => type === 'stream.state'));
    await tell('films', 'ours');
    await all.until((events) => events.length >= 3);
    await ours.until((events) => events.length >= 1);
    await theirs.until((events) => events.length >= 1);
    expect(ours.events.map(({ data }) => data.detection?.assetId)).toEqual(['ours']);
    expect(theirs.events.map(({ data }) => data.detection?.assetId)).toEqual(['theirs']);
    expect(all.events.find(({ type }) => type === 'stream.state')!.data).toMatchObject({
      stream: { id: 'two' },
      state: 'live',
      probe: 'test',
    });
  });

  it('tells what people say of a detection', async () => {
    const reader = follow('administrator');
    await until(
      () => reader.isOpen,
      (isOpen) => isOpen,
      60_000,
    );
    const all = await service.request('GET', '/v1/detections', { as: 'administrator' });
    const { id } = all.json.items[0];
    const known = await service.request('GET', `/v1/detections/${id}`, { as: 'administrator' });
    const review = await service.request('POST', `/v1/detections/${id}/reviews`, {
      as: 'administrator',
      json: { verdict: 'confirmed' },
      headers: { 'if-match': known.headers.get('etag')! },
    });
    expect(review.status).toBe(201);
    const [event] = await reader.until((events) => events.some(({ type }) => type === 'review'));
    expect(event).toMatchObject({
      type: 'review',
      data: { detectionId: id, review: { verdict: 'confirmed' } },
    });
  });

  it('says where it cannot go on from', async () => {
    const reader = follow('administrator', '999999');
    const [gap] = await reader.until((all) => all.length >= 1);
    expect(gap).toMatchObject({ type: 'gap', data: { after: 999_999 } });
    const wrong = await service.request('GET', '/v1/events', {
      as: 'administrator',
      headers: { 'last-event-id': 'x' },
    });
    expect(wrong.json).toMatchObject({ status: 422, pointer: '/Last-Event-ID' });
  });

  it('tells only the types that are asked for', async () => {
    const reader = follow('administrator', '0', '?types=stream.state');
    await reader.until((all) => all.length >= 1);
    expect(new Set(reader.events.map(({ type }) => type))).toEqual(new Set(['stream.state']));
  });

  it('lets go of a key that was revoked', async () => {
    const reader = follow('probe-less:analyst', '0');
    await reader.until((all) => all.length >= 0);
    const session = await service.request('GET', '/v1/session', { as: 'probe-less:analyst' });
    const { items } = (
      await service.request('GET', `/v1/users/${session.json.user.id}/keys`, { as: 'administrator' })
    ).json;
    const revoked = await service.request('DELETE', `/v1/users/${session.json.user.id}/keys/${items[0].id}`, {
      as: 'administrator',
    });
    expect(revoked.status).toBe(204);
    await tell('films', 'later');
    await until(
      () => reader.ended,
      (ended) => ended,
      60_000,
    );
  });

  it('answers HEAD, which follows nothing', async () => {
    const answer = await service.request('HEAD', '/v1/events', { as: 'administrator' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  });

  it('is not held up by a reader that takes nothing', async () => {
    const before = process.memoryUsage().rss;
    const { hostname, port } = new URL(service.url);
    const slow = request({
      hostname,
      port,
      path: '/v1/events?after=0',
      headers: { authorization: `Bearer ${service.key('administrator')}` },
    });
    slow.on('response', (response) => response.pause()).on('error', () => undefined);
    slow.end();
    const quick = follow('administrator');
    await until(
      () => quick.isOpen,
      (isOpen) => isOpen,
      60_000,
    );
    await Promise.all(Array.from({ length: 300 }, (_, i) => tell('films', `many-${i}-${'x'.repeat(400)}`)));
    await quick.until(
      (all) => all.filter(({ data }) => data.detection?.assetId.startsWith('many')).length === 300,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 ** 2);
    slow.destroy();
  }, 180_000);
});
