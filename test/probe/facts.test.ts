import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProbeClock } from '../../src/probe/clock.js';
import { NetworkFacts } from '../../src/probe/network-facts.js';
import { sourceOf } from '../../src/probe/source-of.js';
import { serve, withFolder } from '../capture/support.js';
import { mmdb } from './mmdb.js';

describe('what is known of a network', () => {
  it('comes from databases in the format of MaxMind, and is not known without them', async () => {
    await withFolder(async (folder) => {
      const asns = path.join(folder, 'asn.mmdb');
      const countries = path.join(folder, 'country.mmdb');
      await writeFile(asns, mmdb('Test-ASN', { autonomous_system_number: 64500 }));
      await writeFile(countries, mmdb('Test-Country', { country: { iso_code: 'NL' } }));
      // Half of all addresses is in these: those that begin with a 1.
      const network = NetworkFacts.open(asns, countries);
      expect(network.of('192.0.2.1')).toEqual({ asn: 64500, country: 'NL' });
      expect(network.of('10.0.0.1')).toEqual({ asn: null, country: null });
      expect(NetworkFacts.open(null, null).of('192.0.2.1')).toEqual({ asn: null, country: null });
      const facts = {
        url: 'http://h.example/',
        ip: '192.0.2.1',
        status: 200,
        headers: {},
        redirects: [],
        tls: null,
      };
      expect(sourceOf(facts, '', 12, network)).toEqual({
        ...facts,
        clockOffset: 12,
        asn: 64500,
        country: 'NL',
      });
      expect(sourceOf(undefined, 'file:///a.ts', null, network)).toMatchObject({
        url: 'file:///a.ts',
        ip: null,
        asn: null,
      });
    });
  });

  it('is refused when a file is no such database', async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, 'none.mmdb');
      await writeFile(file, 'none');
      expect(() => NetworkFacts.open(file, null)).toThrow(/is no database in MaxMind's format/);
    });
  });
});

describe('the clock of a probe', () => {
  it('is compared with that of the service', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { date: new Date(Date.now() - 60_000).toUTCString() }).end('ok');
    });
    const options = { known: null, now: Date.now, onJump: () => undefined };
    const clock = new ProbeClock({ ...options, serviceUrl: `${server.url}/healthz` });
    expect(clock.offset).toBeNull();
    await clock.measure();
    expect(Math.abs(clock.offset! - 60_000)).toBeLessThan(1_500);
    await server.close();
    // What was known stays, when the service is away.
    await clock.measure();
    expect(Math.abs(clock.offset! - 60_000)).toBeLessThan(1_500);
    clock.close();
  });
});
