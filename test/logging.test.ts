import { describe, expect, it } from 'vitest';
import { type LogOptions, openLog } from '../src/logging/log.js';
import type { Json } from './support/cli.js';

describe('the log', () => {
  const KEY = `sp_abcdefghijkl_${'A'.repeat(43)}`;
  const log = (given: Partial<LogOptions> = {}) => {
    const lines: string[] = [];
    const options = { format: 'json', level: 'info', name: 'service', secrets: ['hunter22'] } as const;
    return { log: openLog({ ...options, ...given, write: (line) => lines.push(line) }), lines };
  };
  const SECRETS = [
    KEY,
    'hunter22',
    'whsec_c2VjcmV0LXNlY3JldA==',
    'Bearer abcdefghijklmnop',
    'https://user:pass-word@a.example/x?token=t0ken',
  ];

  it('is an object a line, with what was said', () => {
    const { log: json, lines } = log();
    json.debug('not this');
    json.warn('The bus is "away"\nfor now', { stream: 'one', waiting: 3 });
    expect(lines).toHaveLength(1);
    expect(lines[0]!.split('\n')).toHaveLength(2);
    expect(JSON.parse(lines[0]!) as Json).toMatchObject({
      level: 'warn',
      name: 'service',
      message: 'The bus is "away"\nfor now',
      stream: 'one',
      waiting: 3,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it.each(['json', 'text'] as const)('shows no secrets (%s)', (format) => {
    const { log: one, lines } = log({ format });
    for (const secret of SECRETS) one.error(`failed with ${secret}, see there`, { detail: [secret] });
    one.info('asked', { headers: { authorization: 'anything', cookie: 'c' }, password: 'p' });
    const text = lines.join('');
    for (const secret of ['A'.repeat(43), 'hunter22', 'c2VjcmV0', 'abcdefghijklmnop', 'pass-word', 't0ken'])
      expect(text).not.toContain(secret);
    expect(text).toContain('sp_abcdefghijkl_');
    expect(text).not.toContain('anything');
    if (format === 'json') for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('is text for people, with the time', () => {
    const { log: text, lines } = log({ format: 'text', level: 'warn' });
    text.info('not this');
    text.warn('The bus is away');
    expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d {2}The bus is away\n$/)]);
  });
});
