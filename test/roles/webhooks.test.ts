import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFrom } from '../../src/config.js';
import { assetId, detectionId, streamId } from '../../src/domain/ids.js';
import type { Detection } from '../../src/domain/match.js';
import { openBusBeside } from '../../src/roles/bus.js';
import type { Bus } from '../../src/transport/index.js';
import type { Json } from '../support/cli.js';
import { detection } from '../support/detection.js';
import { tellDetection } from '../support/detection-message.js';
import { makeKey, type ServiceProcess, startServiceProcess } from '../support/service-process.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { until } from '../transport/support.js';

type Verify = (secret: string, headers: unknown, body: string) => void;

/** The few lines that the docs give. */
async function verifyOfTheDocs(folder: string): Promise<Verify> {
  const page = await fs.readFile(fileURLToPath(new URL('../../../docs/alerts.md', import.meta.url)), 'utf8');
  const file = path.join(folder, 'verify.mjs');
  await fs.writeFile(file, /```js\n([\s\S]*?)```/.exec(page)![1]!);
  return ((await import(pathToFileURL(file).href)) as { verify: Verify }).verify;
}

describe('webhooks', () => {
  const receiver = new WebhookReceiver();
  const env = { STREAMPRINT_ALERT_NETWORKS: '127.0.0.1/32' };
  const streams = ['one', 'two', 'three'];
  let folder: string;
  let data: string;
  let key: string;
  let service: ServiceProcess;
  let bus: Bus;
  let ruleId: string;
  let secret: string;
  let verify: Verify;
  let number = 0;

  const ask = async (method: string, route: string, json?: unknown) => {
    const response = await fetch(service.url + route, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    return { status: response.status, json: (await response.json()) as Json };
  };
  const onStream = (stream: string): Detection =>
    detection({
      id: detectionId(`99999999-0000-4000-8000-00000000000${streams.indexOf(stream)}`),
      stream: { id: streamId(stream), name: stream, url: `http://${stream}.example/` },
    });
  const tellAll = async (change: 'opened' | 'extended' | 'closed') => {
    number++;
    for (const stream of streams) await tellDetection(bus, change, onStream(stream), number);
  };
  const waiting = async () => (await ask('GET', '/v1/alerts/deliveries?state=waiting')).json.items;

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-webhooks-'));
    data = path.join(folder, 'data');
    verify = await verifyOfTheDocs(folder);
    await receiver.start();
    service = await startServiceProcess(data, [], env);
    key = await makeKey(data, 'default', 'administrator');
    bus = await openBusBeside(configFrom({}), data, 'test');
    const made = await ask('POST', '/v1/alerts/rules', {
      name: 'All',
      changes: ['opened', 'extended', 'closed'],
      webhook: { url: receiver.url },
      bus: true,
    });
    expect(made.status).toBe(201);
    ruleId = made.json.id;
    ({ secret } = (await ask('POST', `/v1/alerts/rules/${ruleId}/secret`)).json);
  }, 180_000);
  afterAll(async () => {
    await service?.kill();
    await bus?.close();
    await receiver.stop();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('come as signed CloudEvents', async () => {
    await tellDetection(bus, 'opened', detection({ assetId: assetId('first') }), ++number);
    await until(
      () => receiver.received.length,
      (received) => received === 1,
      60_000,
    );
    const { headers, body, json } = receiver.received[0]!;
    verify(secret, headers, body);
    expect(() => verify(secret, headers, `${body} `)).toThrow('not signed');
    expect(() => verify(secret, { ...headers, 'webhook-timestamp': '1' }, body)).toThrow('too old');
    expect(headers['content-type']).toMatch(/^application\/cloudevents\+json/);
    expect(json).toMatchObject({
      specversion: '1.0',
      type: 'streamprint.detection.opened',
      id: headers['webhook-id'],
      data: { rule: { id: ruleId }, change: 'opened', detection: { assetId: 'first' } },
    });
    expect(json.subject).toBe(json.data.detection.id);
  });

  it('come at least once and in order, though the receiver is away and the service is killed', async () => {
    receiver.received.length = 0;
    await receiver.stop();
    await tellAll('opened');
    await until(
      waiting,
      (items) => items.length >= 3 && items.some(({ attempts }: { attempts: number }) => attempts > 0),
      60_000,
    );
    await service.kill();
    // The bus takes what workers say while the service is away.
    await tellAll('extended');
    service = await startServiceProcess(data, [], env);
    await tellAll('extended');
    await until(waiting, (items) => items.length >= 9, 60_000);
    await service.kill();
    receiver.status = 503;
    await receiver.start();
    service = await startServiceProcess(data, [], env);
    await tellAll('closed');
    await until(waiting, (items) => items.length >= 12, 60_000);
    receiver.status = 204;
    await until(waiting, (items) => items.length === 0, 120_000);
    for (const stream of streams) {
      const of = receiver.received.filter(({ json }) => json.data.detection.stream.id === stream);
      for (const { headers, body } of of) verify(secret, headers, body);
      const once = of.filter(({ json }, i) => of.findIndex((other) => other.json.id === json.id) === i);
      expect(once.map(({ json }) => json.data.change)).toEqual(['opened', 'extended', 'extended', 'closed']);
    }
  }, 300_000);

  it('go to the topic, too', async () => {
    const alerts: string[] = [];
    const follower = await bus.follow({
      topic: 'streamprint.alerts',
      take: async ({ message }) => {
        if (message?.type === 'alert/1' && message.content.stream.id === 'two')
          alerts.push(message.content.change);
      },
      onInvalid: (_, error) => alerts.push(error.message),
    });
    await until(
      () => alerts,
      (all) => all.length >= 4,
      60_000,
    );
    await follower.close();
    expect(alerts).toEqual(['opened', 'extended', 'extended', 'closed']);
  });

  it('are delivered again when they are asked for', async () => {
    const before = receiver.received.length;
    const { items } = (await ask('GET', '/v1/alerts/deliveries?limit=500')).json;
    const [delivery] = items.filter(({ channel }: { channel: string }) => channel === 'webhook');
    expect(delivery).toMatchObject({ state: 'delivered', error: '', status: 204 });
    expect((await ask('POST', `/v1/alerts/deliveries/${delivery.id}/replay`)).status).toBe(202);
    await until(
      () => receiver.received.length,
      (received) => received > before,
      60_000,
    );
    expect(receiver.received.at(-1)!.headers['webhook-id']).toBe(delivery.id);
  });

  it('show their secret nowhere', async () => {
    const { json } = await ask('GET', '/v1/alerts/rules');
    expect(JSON.stringify(json)).not.toContain(secret.slice(6));
    const { errors } = await service.stop();
    expect(errors).not.toContain(secret.slice(6));
    service = await startServiceProcess(data, [], {});
    const refused = await ask('POST', '/v1/alerts/rules', { name: 'Inside', webhook: { url: receiver.url } });
    expect(refused).toMatchObject({ status: 422, json: { pointer: '/webhook/url' } });
    await tellDetection(bus, 'opened', detection({ assetId: assetId('last') }), ++number);
    // A rule from before the networks were taken back does not lead there any more.
    const [failed] = await until(
      async () =>
        (await ask('GET', '/v1/alerts/deliveries?state=waiting')).json.items.filter(
          ({ attempts }: { attempts: number }) => attempts > 0,
        ),
      (items) => items.length > 0,
      60_000,
    );
    expect(failed.error).toContain('lies inside this network');
  }, 180_000);
});
