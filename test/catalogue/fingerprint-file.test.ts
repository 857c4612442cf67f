import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeFingerprint } from '../../fingerprints/encoding.js';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import { ROW_BYTES } from '../../fingerprints/units.js';
import { Random } from '../../samples/random.js';
import {
  type FingerprintFile,
  parseFingerprintFile,
  readFingerprintFile,
  writeFingerprintFile,
} from '../../src/catalogue/fingerprint-file.js';
import { StreamprintError } from '../../src/domain/errors.js';
import { streamprint } from '../support/cli.js';
import { makeChannel, makeProgramme } from '../support/programme.js';

const FACTS = {
  source: 'film.mp4',
  sourceBytes: 1000,
  sourceSha256: 'ab'.repeat(32),
  missing: { video: 0, audio: 0 },
  madeBy: 'a test',
};

describe('a fingerprint file', () => {
  let folder: string;
  let film: FingerprintFile;
  let bytes: Buffer;
  let data: string[];
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-spf-'));
    data = ['--data', file('data')];
    await makeProgramme(file('film.mp4'), 31, 30);
    const made = await streamprint(['fingerprint', file('film.mp4'), '-o', file('film.spf'), '--json']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.json[0]).toMatchObject({ output: file('film.spf'), notes: [] });
    film = readFingerprintFile(file('film.spf'), 'film.spf');
    bytes = await fs.readFile(file('film.spf'));
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  /** A file with another fingerprint, or other facts; whole as far as its digests go. */
  const other = async (fingerprint: ReferenceFingerprint, facts: Partial<typeof FACTS> = {}) => {
    writeFingerprintFile(file('other.spf'), { ...FACTS, ...facts }, fingerprint);
    return fs.readFile(file('other.spf'));
  };
  const codeOf = (content: Uint8Array): string => {
    try {
      parseFingerprintFile(Buffer.from(content), 'x.spf');
      return '';
    } catch (error) {
      expect(error).toBeInstanceOf(StreamprintError);
      expect((error as Error).message).toContain('x.spf');
      return (error as StreamprintError).code;
    }
  };

  it('says what it was made from, and nothing of where that lies', () => {
    expect(film).toMatchObject({ source: 'film.mp4', missing: { video: 0, audio: 0 } });
    expect(film.fingerprint.duration).toBeCloseTo(30, 0);
    expect(bytes.includes(folder)).toBe(false);
  });

  it('is registered, finds what the media would, and once', async () => {
    await makeChannel(file('clip.ts'), [{ file: file('film.mp4'), from: 5, seconds: 15 }]);
    const first = await streamprint(['register', file('film.spf'), '--json', ...data]);
    expect(first.json).toMatchObject([{ assetId: 'film', outcome: 'added', error: null }]);
    const again = await streamprint(['register', file('film.spf'), '--json', ...data]);
    expect(again.json).toMatchObject([{ assetId: 'film', outcome: 'unchanged', error: null }]);
    const { json } = await streamprint(['match', file('clip.ts'), '--json', ...data]);
    expect(json[0]?.matches.map((match: { assetId: string }) => match.assetId)).toEqual(['film']);
    const { json: list } = await streamprint(['catalogue', 'list', '--json', ...data]);
    expect(JSON.stringify(list)).toContain('film');
  });

  it('is told apart from media by how it begins, in a folder too', async () => {
    await fs.mkdir(file('folder'));
    await fs.copyFile(file('film.spf'), file('folder/one.spf'));
    await fs.copyFile(file('film.mp4'), file('folder/two.mp4'));
    await fs.writeFile(file('folder/bad.spf'), bytes.subarray(0, 1000));
    const { code, json } = await streamprint([
      'register',
      file('folder'),
      '--json',
      '--data',
      file('data-2'),
    ]);
    expect(code).toBe(1);
    const outcomes = json.map(({ input, error }) => [path.basename(input), error?.code ?? null]);
    expect(outcomes.sort()).toEqual([
      ['bad.spf', 'SP_FINGERPRINT_CORRUPT'],
      ['one.spf', null],
      ['two.mp4', null],
    ]);
  });

  it('cannot take the place of media, whatever digest it claims', async () => {
    const content = await other(film.fingerprint, { sourceSha256: 'cd'.repeat(32) });
    const claimed = parseFingerprintFile(content, 'x.spf');
    expect(claimed.fingerprintId).toBe(film.fingerprintId);
    expect(claimed.fingerprintId).not.toBe(claimed.sourceSha256);
  });

  it('of another version is refused as such', () => {
    const newer = Buffer.from(bytes);
    newer.writeUInt32LE(2, 8);
    expect(codeOf(newer)).toBe('SP_FINGERPRINT_VERSION');
  });

  it('is refused where it is not whole, wherever it was cut', () => {
    for (const length of [0, 7, 8, 15, 16, 17, 100, bytes.length / 2, bytes.length - 1])
      expect(codeOf(bytes.subarray(0, length)), `${length}`).toBe('SP_FINGERPRINT_CORRUPT');
    expect(codeOf(Buffer.concat([bytes, Buffer.from([0])]))).toBe('SP_FINGERPRINT_CORRUPT');
  });

  it('is refused where any of its bytes was changed', () => {
    const random = new Random('changed bytes');
    for (let n = 0; n < 300; n++) {
      const changed = Buffer.from(bytes);
      const at = random.int(0, changed.length - 1);
      changed[at] = changed[at]! ^ (1 << random.int(0, 7));
      // The facts in the header, which the digest does not cover, may have become others.
      const code = codeOf(changed);
      if (at >= 16 + changed.readUInt32LE(12) || at < 16)
        expect(code, `byte ${at}`).toMatch(/^SP_FINGERPRINT_/);
    }
  });

  it('is refused where its header is none', () => {
    const withHeader = (text: string | Buffer, length?: number) => {
      const header = Buffer.from(text);
      const fixed = Buffer.from(bytes.subarray(0, 16));
      fixed.writeUInt32LE(length ?? header.length, 12);
      return Buffer.concat([fixed, header, bytes.subarray(16 + bytes.readUInt32LE(12))]);
    };
    const header = JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString()) as object;
    expect(codeOf(withHeader(JSON.stringify(header)))).toBe('');
    for (const bad of [
      '',
      'null',
      '[]',
      '['.repeat(60_000),
      Buffer.from([0xff, 0xfe]),
      JSON.stringify({ ...header, source: '' }),
      JSON.stringify({ ...header, source: 'a\nb' }),
      JSON.stringify({ ...header, source: 'x'.repeat(2000) }),
      JSON.stringify({ ...header, source: 'live:2026-01-01T00:00:00.000Z x' }),
      JSON.stringify({ ...header, sourceBytes: -1 }),
      JSON.stringify({ ...header, missing: { video: 1e300, audio: 0 } }),
      JSON.stringify({ ...header, more: 1 }),
    ])
      expect(codeOf(withHeader(bad)), String(bad).slice(0, 40)).toBe('SP_FINGERPRINT_CORRUPT');
    expect(codeOf(withHeader('{}', 0xffffffff))).toBe('SP_FINGERPRINT_CORRUPT');
  });

  it('is refused where no media can have made it, though it is whole', async () => {
    const { fingerprint } = film;
    const [track] = fingerprint.audio;
    const many = 10_000;
    const flood = { hashes: new Uint32Array(many), ticks: new Uint32Array(many) };
    const late = { hashes: new Uint32Array(1), ticks: new Uint32Array([0xfffffff]) };
    const impossible: ReferenceFingerprint[] = [
      { ...fingerprint, duration: 49 * 3600 },
      { ...fingerprint, video: { rows: new Uint8Array(1000 * ROW_BYTES) } },
      { ...fingerprint, audio: [{ ...track!, words: new Uint32Array(10_000) }] },
      { ...fingerprint, audio: [{ ...track!, landmarks: flood }] },
      { ...fingerprint, audio: [{ ...track!, landmarks: late }] },
      { duration: 30, video: null, audio: [] },
      { duration: 30, video: { rows: new Uint8Array(150 * ROW_BYTES) }, audio: [] },
    ];
    for (const one of impossible) expect(codeOf(await other(one))).toBe('SP_FINGERPRINT_CORRUPT');
  });

  it('is more than the fingerprint alone', () => {
    expect(codeOf(encodeFingerprint(film.fingerprint))).toBe('SP_FINGERPRINT_CORRUPT');
  });
});
