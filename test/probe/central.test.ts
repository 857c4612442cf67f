import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/transport/index.js';
import { LiveSource } from '../capture/live-source.js';
import { until } from '../transport/support.js';
import { withScene } from './support.js';

const ofType = <T extends Delivery['type']>(received: readonly Delivery[], type: T) =>
  received.filter((one): one is Extract<Delivery, { type: T }> => one.type === type);

describe('a probe', () => {
  it('sends what it captures, in order, numbered, and with what is known of where it came from', async () => {
    await withScene(async ({ received, start, events }) => {
      const source = await LiveSource.start();
      source.segmentHandlers.set('/4.ts', (_, response) => void response.writeHead(404).end());
      const moving = setInterval(() => source.move(1), 700);
      const probe = await start([`${source.url}?token=secret`]);
      await until(
        () => ofType(received, 'segment/1').length,
        (count) => count >= 5,
        30_000,
      );
      clearInterval(moving);
      const [first] = ofType(received, 'segment/1');
      expect(first?.content).toMatchObject({
        probe: 'probe-1',
        carries: 'both',
        container: 'mpegts',
        media: { duration: 1, last: false },
        source: { ip: '127.0.0.1', status: 200, redirects: [], tls: null, clockOffset: null, asn: null },
      });
      expect(first?.content.stream.url).toContain('token=secret');
      expect(new Set(ofType(received, 'segment/1').map(({ content }) => content.run)).size).toBe(1);
      const numbered = received.flatMap((one) =>
        one.type === 'segment/1' || one.type === 'lost/1' ? [`${one.type} ${one.content.sequence}`] : [],
      );
      expect(numbered.map((text) => Number(text.split(' ')[1]))).toEqual(numbered.map((_, n) => n));
      expect(ofType(received, 'lost/1')[0]?.content).toMatchObject({ by: 'source', count: 1 });
      expect(ofType(received, 'state/1').map(({ content }) => content.state)).toEqual(['live']);
      // Investigators see the address, whoever reads the log does not.
      expect(JSON.stringify(events)).not.toContain('secret');
      expect(
        JSON.stringify(
          [...ofType(received, 'note/1'), ...ofType(received, 'lost/1')].map(({ content }) =>
            'message' in content ? content.message : content.reason,
          ),
        ),
      ).not.toContain('secret');
      expect(probe.stats.streams[0]).toMatchObject({ state: 'live', lostBySource: 1, lostByProbe: 0 });
      expect(probe.stats.ring.segments).toBeGreaterThanOrEqual(5);
      await source.close();
    });
  });

  it('reads channel lists again: what is new begins, what is gone ends so, the others go on', async () => {
    await withScene(async ({ folder, received, start }) => {
      const source = await LiveSource.start();
      const moving = setInterval(() => source.move(1), 700);
      const list = path.join(folder, 'channels.m3u');
      const write = (...ids: string[]) =>
        writeFile(
          list,
          `#EXTM3U\n${ids.map((id) => `#EXTINF:-1 tvg-id="${id}",${id}\n${source.url}?${id}\n`).join('')}`,
        );
      await write('one', 'two');
      const probe = await start([list], { reloadEvery: 0.3 });
      const states = (id: string) =>
        ofType(received, 'state/1').flatMap(({ content }) =>
          content.stream.id === id ? [content.state] : [],
        );
      await until(
        () => [states('one'), states('two')],
        ([a, b]) => a?.[0] === 'live' && b?.[0] === 'live',
      );
      await write('two', 'three');
      await until(
        () => [states('one'), states('three')],
        ([a, b]) => a?.[1] === 'gone' && b?.[0] === 'live',
      );
      // A list that cannot be read changes nothing.
      await writeFile(list, '<html>no</html>');
      const had = probe.stats.streams.map(({ segments }) => segments);
      await until(
        () => probe.stats.streams.map(({ segments }) => segments),
        (now) => now.every((n, i) => n > had[i]! + 1),
      );
      clearInterval(moving);
      expect(probe.stats.streams.map(({ id }) => id)).toEqual(['two', 'three']);
      expect(states('two')).toEqual(['live']);
      expect(
        new Set(
          ofType(received, 'segment/1')
            .filter(({ content }) => content.stream.id === 'two')
            .map(({ content }) => content.run),
        ).size,
      ).toBe(1);
      await source.close();
    });
  });

  it('of a directory that another one has is refused', async () => {
    await withScene(async ({ folder, start }) => {
      await start([folder]).catch(() => undefined);
      await expect(start([folder])).rejects.toMatchObject({ code: 'SP_DATA_LOCKED' });
    });
  });
});
