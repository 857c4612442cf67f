import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Buckets } from '../../src/api/rate-limit.js';
import { startService, type TestService } from '../support/service.js';

describe('a token bucket', () => {
  it('is emptied, and fills again at its rate up to what it holds', () => {
    let now = 0;
    const buckets = new Buckets(2, 3, () => now);
    expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([2, 1, 0]);
    expect(buckets.take('a')).toBeLessThan(0);
    expect(buckets.until('a', 1)).toBe(0.5);
    now = 500;
    expect(buckets.take('a')).toBe(0);
    now = 60_000;
    expect(buckets.take('a')).toBe(2);
    expect(buckets.take('b')).toBe(2);
  });
});

describe('the rate of requests', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ env: { STREAMPRINT_API_RATE: '1' } });
  });
  afterAll(() => service.close());

  it('is bounded for each key', async () => {
    const ask = (as: string) => service.request('GET', '/v1/session', { as });
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask('analyst')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.json).toMatchObject({ code: 'rate-limited' });
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused[0]!.headers.get('ratelimit-remaining')).toBe('0');
    expect((await ask('rights-holder')).status).toBe(200);
  });

  it('is bounded for those who try keys', async () => {
    const headers = { authorization: 'Bearer nonsense' };
    const tries = Array.from({ length: 300 }, () => service.request('GET', '/v1/session', { headers }));
    const statuses = new Set((await Promise.all(tries)).map(({ status }) => status));
    expect(statuses).toEqual(new Set([401, 429]));
  });
});
