import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFrom, SETTINGS } from '../src/config.js';
import type { StreamprintError } from '../src/domain/errors.js';
import { type Setting, wanted } from '../src/settings.js';

const page = fileURLToPath(new URL('../../docs/operations.md', import.meta.url));

describe('the configuration', () => {
  let folder: string;
  const file = (name: string, content: string): string => {
    fs.writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const refusal = (environment: Record<string, string>): StreamprintError => {
    try {
      configFrom(environment);
    } catch (error) {
      return error as StreamprintError;
    }
    throw new Error('It was taken.');
  };

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-config-'));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('is what the table says where nothing is set', () => {
    expect(configFrom({})).toMatchObject({
      decoder: null,
      kafkaBrokers: null,
      group: 'workers',
      debug: false,
    });
    expect(configFrom({ STREAMPRINT_THREADS: '' }).threads).toBeNull();
  });

  it('reads numbers, lists and switches', () => {
    const config = configFrom({
      STREAMPRINT_THREADS: '3',
      STREAMPRINT_KAFKA: 'one:9092, two.example:19092,',
      STREAMPRINT_KAFKA_TLS: '1',
      STREAMPRINT_DEBUG: 'false',
    });
    expect(config).toMatchObject({
      threads: 3,
      kafkaBrokers: ['one:9092', 'two.example:19092'],
      kafkaTls: true,
      debug: false,
    });
  });

  it('refuses what makes no sense, and names the variable', () => {
    for (const [variable, value, message] of [
      ['STREAMPRINT_THREADS', '0', 'is "0": it must be a whole number from 1 to 256.'],
      ['STREAMPRINT_THREADS', '2.5', 'is "2.5": it must be a whole number from 1 to 256.'],
      ['STREAMPRINT_DECODER', 'vlc', 'is "vlc": it must be libav or ffmpeg.'],
      ['STREAMPRINT_KAFKA', 'one', 'is "one": it must be a list of `host:port`, with commas between.'],
      ['STREAMPRINT_KAFKA', ',', 'is ",": it must be a list of `host:port`, with commas between.'],
      ['STREAMPRINT_KAFKA_TLS', 'toString', 'is "toString": it must be 1 or 0.'],
      ['STREAMPRINT_KAFKA_TLS_KEY', 'abc', 'cannot be used: it must be PEM text.'],
    ] as const)
      expect(refusal({ [variable]: value })).toMatchObject({
        code: 'SP_USAGE',
        message: `${variable} ${message}`,
      });
  });

  it('takes secrets from files', () => {
    const STREAMPRINT_KAFKA_PASSWORD_FILE = file('password', 'hunter2\n');
    expect(configFrom({ STREAMPRINT_KAFKA_PASSWORD_FILE }).kafkaPassword).toBe('hunter2');
    expect(refusal({ STREAMPRINT_KAFKA_PASSWORD_FILE, STREAMPRINT_KAFKA_PASSWORD: 'x' }).message).toContain(
      'Both STREAMPRINT_KAFKA_PASSWORD and STREAMPRINT_KAFKA_PASSWORD_FILE are set',
    );
    const missing = refusal({ STREAMPRINT_KAFKA_PASSWORD_FILE: path.join(folder, 'none') });
    expect(missing.code).toBe('SP_USAGE');
    expect(missing.message).toContain('STREAMPRINT_KAFKA_PASSWORD_FILE');
    expect(refusal({ STREAMPRINT_KAFKA_PASSWORD_FILE: file('long', 'x'.repeat(100_000)) }).message).toContain(
      '65536 bytes',
    );
  });

  it('keeps secrets out of what it says', () => {
    const { message } = refusal({ STREAMPRINT_KAFKA_TLS_KEY_FILE: file('key', 'very secret') });
    expect(message).not.toContain('very secret');
    expect(message).toContain('STREAMPRINT_KAFKA_TLS_KEY');
  });

  it('stands in docs/operations.md, all of it and nothing else', () => {
    const rows = fs
      .readFileSync(page, 'utf8')
      .split('\n')
      .filter((line) => /^\| `[A-Z0-9_]+`/.test(line));
    expect(rows).toEqual(Object.values(SETTINGS).map(rowOf));
  });
});

function rowOf({ variable, schema, fallback, says, secret }: Setting): string {
  const name = `\`${variable}\`${secret ? ', `_FILE`' : ''}`;
  const otherwise =
    fallback === null ? '' : `\`${typeof fallback === 'boolean' ? Number(fallback) : fallback}\``;
  return `| ${name} | ${wanted(schema)} | ${otherwise} | ${says} |`;
}
