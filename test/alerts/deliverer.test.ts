import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Deliverer } from '../../src/alerts/deliverer.js';
import { Deliveries } from '../../src/alerts/deliveries.js';
import { Rules } from '../../src/alerts/rules.js';
import { WebhookSender } from '../../src/alerts/webhook.js';
import { EventsDatabase } from '../../src/events/events-database.js';
import { until } from '../transport/support.js';

describe('Deliverer', () => {
  let data: string;
  let events: EventsDatabase;
  let deliveries: Deliveries;
  let rules: Rules;
  let deliverer: Deliverer;
  let server: Server;
  let ruleId: string;
  /** Bodies that were taken, in order. */
  let taken: string[];
  let statusOf: (body: string) => number;

  beforeEach(async () => {
    data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-deliverer-'));
    events = EventsDatabase.open(data);
    deliveries = new Deliveries(events);
    rules = new Rules(events, Date.now);
    taken = [];
    statusOf = () => 200;
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        const status = statusOf(body);
        if (status < 300) taken.push(body);
        response.writeHead(status).end('x'.repeat(1_000_000));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { rule } = rules.create(null, {
      name: 'All',
      enabled: true,
      catalogue: null,
      assetId: null,
      minScore: 0,
      changes: ['opened'],
      window: null,
      webhook: { url: `http://127.0.0.1:${port}/` },
      bus: false,
    });
    ruleId = rule.id;
    deliverer = new Deliverer({
      rules,
      deliveries,
      webhooks: new WebhookSender({ isInternal: () => false, now: Date.now }),
      bus: { publish: async () => undefined },
      now: Date.now,
      random: () => 0,
      onTrouble: () => undefined,
    });
  });
  afterEach(async () => {
    await deliverer.close();
    events.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    fs.rmSync(data, { recursive: true, force: true });
  });

  const put = (detectionId: string, body: string) => {
    const at = Date.now();
    events.transaction(() =>
      deliveries.put({
        ...{ id: body, ruleId, tenant: null, channel: 'webhook', detectionId, streamId: 'one' },
        ...{ change: 'opened', at, body },
      }),
    );
    deliverer.look();
  };
  const stateOf = (id: string) => deliveries.get(id)?.state;

  it('holds up no other detection for one that is not wanted, whose own alerts stay in order', async () => {
    let isWanted = false;
    statusOf = (body) => (body.startsWith('bad') && !isWanted ? 400 : 200);
    put('bad', 'bad 1');
    put('bad', 'bad 2');
    for (let i = 0; i < 20; i++) put(`good ${i % 5}`, `good ${i}`);
    await until(
      () => taken.length,
      (count) => count === 20,
      60_000,
    );
    for (let i = 0; i < 5; i++)
      expect(taken.filter((body) => Number(body.slice(5)) % 5 === i)).toEqual(
        [i, i + 5, i + 10, i + 15].map((n) => `good ${n}`),
      );
    expect(deliveries.get('bad 1')).toMatchObject({ state: 'waiting', status: 400 });
    expect(deliveries.get('bad 2')).toMatchObject({ attempts: 0 });
    isWanted = true;
    await until(
      () => taken.slice(20),
      (later) => later.length === 2,
      60_000,
    );
    expect(taken.slice(20)).toEqual(['bad 1', 'bad 2']);
  });

  it('gives up what is gone for good, and what its rule does not ask for any more', async () => {
    statusOf = (body) => (body === 'gone' ? 410 : 503);
    put('a', 'gone');
    await until(
      () => stateOf('gone'),
      (state) => state === 'failed',
      60_000,
    );
    put('b', 'later');
    await until(
      () => deliveries.get('later')?.attempts ?? 0,
      (attempts) => attempts > 0,
      60_000,
    );
    expect(rules.remove(ruleId, 1)).toBe(true);
    expect(deliveries.get('later')).toMatchObject({ state: 'failed', error: 'its rule was deleted' });
    expect(deliveries.counts()).toEqual({ waiting: 0, delivered: 0, failed: 2 });
  });

  it('waits while a rule is switched off', async () => {
    const rule = rules.get(ruleId)!;
    const { id: _, tenant: __, version, createdAt: ___, updatedAt: ____, ...content } = rule;
    rules.update(ruleId, version, { ...content, enabled: false });
    put('a', 'one');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(stateOf('one')).toBe('waiting');
    rules.update(ruleId, version + 1, content);
    deliverer.look();
    await until(
      () => taken,
      (all) => all.length === 1,
      60_000,
    );
  });
});
