import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedIndexWriter } from '../../src/reference-index/embedded/index.js';
import { Database } from '../../src/storage/database.js';
import { streamprint } from '../support/cli.js';
import { ffmpeg, makeProgramme } from '../support/programme.js';

describe('bad input', () => {
  let folder: string;
  let data: string[];
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-bad-'));
    data = ['--data', file('data')];
    await makeProgramme(file('good.mp4'), 21, 12);
    const good = await fs.readFile(file('good.mp4'));
    await fs.writeFile(file('empty.mp4'), '');
    await fs.writeFile(file('text.mp4'), 'This is no film.\n'.repeat(100));
    await fs.writeFile(
      file('random.ts'),
      Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * i * 7919 + (i >> 3)) & 255)),
    );
    // The index of an MP4 file lies at its end here, so what is left cannot be read.
    await fs.writeFile(file('truncated.mp4'), good.subarray(0, good.length / 2));
    await fs.writeFile(file('list.mp4'), '#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n/etc/passwd\n');
    // One picture that stands for ten hours.
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=320x180:r=1/36000',
      '-frames:v',
      '1',
      '-c:v',
      'libx264',
      file('endless.mp4'),
    );
    await fs.mkdir(file('nothing'));
    await fs.writeFile(file('nothing/readme.txt'), 'no media here');
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  const bad = {
    'empty.mp4': 'SP_INPUT_EMPTY',
    'text.mp4': 'SP_INPUT_NOT_MEDIA',
    'random.ts': 'SP_INPUT_NOT_MEDIA',
    'truncated.mp4': 'SP_INPUT_NOT_MEDIA',
    'list.mp4': 'SP_INPUT_NOT_MEDIA',
    'endless.mp4': 'SP_INPUT_TOO_SHORT',
    'missing.mp4': 'SP_INPUT_MISSING',
    nothing: 'SP_INPUT_MISSING',
  };

  for (const command of ['register', 'match'])
    it(`gets an error that names it from ${command}, and the good input beside it is unharmed`, async () => {
      const inputs = [...Object.keys(bad), 'good.mp4'].map(file);
      const { code, json } = await streamprint([command, ...inputs, '--json', ...data]);
      expect(code).toBe(1);
      const codes = Object.fromEntries(
        json.map((line) => [path.basename(line.input), line.error?.code ?? null]),
      );
      expect(codes).toEqual({ ...bad, 'good.mp4': null });
      for (const line of json.filter((one) => one.error)) expect(line.error.message).toContain(line.input);
    });

  it('is told on the terminal in one line each', async () => {
    const { code, stderr, stdout } = await streamprint(['match', file('empty.mp4'), ...data]);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(file('empty.mp4'));
  });

  it('in a metadata row is named by its number, and the good rows register', async () => {
    await fs.writeFile(
      file('rows.csv'),
      'file,asset_id\ngood.mp4,good-one\nmissing.mp4,\nother.mp4,good-one\n',
    );
    const { code, json } = await streamprint([
      'register',
      file('good.mp4'),
      '--metadata',
      file('rows.csv'),
      '--json',
      ...data,
    ]);
    expect(code).toBe(1);
    expect(json.filter((line) => line.error).map((line) => line.error.message)).toEqual([
      `row 3 of ${file('rows.csv')} (missing.mp4) has no asset_id.`,
      `row 4 of ${file('rows.csv')} (other.mp4) repeats asset_id good-one of row 2.`,
    ]);
    expect(json.find((line) => !line.error)).toMatchObject({ assetId: 'good-one' });
  });

  it('on the command line is answered with how it goes', async () => {
    for (const args of [
      [],
      ['match'],
      ['monitor', 'x', '--duration', 'soon'],
      ['detections', '--since', 'yesterday'],
      ['nonsense'],
    ]) {
      const { code, stderr } = await streamprint([...args, ...data]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/help|Usage/);
    }
  });

  it('a value of the environment that makes no sense is refused in a sentence', async () => {
    const { code, stderr } = await streamprint(['match', file('good.mp4'), ...data], {
      STREAMPRINT_DECODER: 'vlc',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('STREAMPRINT_DECODER is "vlc"');
  });

  it('a data directory that another process writes to is refused, naming that process', async () => {
    const index = await openEmbeddedIndexWriter(file('held'));
    try {
      const { code, stderr } = await streamprint(['register', file('good.mp4'), '--data', file('held')]);
      expect(code).toBe(1);
      expect(stderr).toContain(`process ${process.pid}`);
    } finally {
      await index.close();
    }
  });

  it('a data directory of a newer version is refused, and doctor says so', async () => {
    await streamprint(['register', file('good.mp4'), '--data', file('newer')]);
    const database = Database.open(file('newer/references/catalogue.db'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    for (const command of ['register', 'match']) {
      const { code, stderr } = await streamprint([command, file('good.mp4'), '--data', file('newer')]);
      expect(code).toBe(1);
      expect(stderr).toContain('SP_DATA_VERSION');
    }
    const { code, stdout } = await streamprint(['doctor', '--data', file('newer')]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/BAD.*data version 99/);
  });

  it('a stream that cannot be captured is gone, and the exit code says so', async () => {
    await fs.writeFile(
      file('channels.m3u'),
      `#EXTM3U\n#EXTINF:-1 tvg-id="dead",Dead\nhttp://127.0.0.1:9/live.m3u8\n#EXTINF:-1,Film\n${file('good.mp4')}\n`,
    );
    const { code, json } = await streamprint([
      'monitor',
      file('channels.m3u'),
      '--duration',
      '5',
      '--json',
      ...data,
    ]);
    expect(code).toBe(1);
    const gone = json.filter((event) => event.type === 'stream.gone').map((event) => event.stream.id);
    expect(gone).toContain('film');
    expect(json.filter((event) => event.type === 'stream.live').map((event) => event.stream.id)).toEqual([
      'film',
    ]);
  });

  it('a disk that is full is said so, and what was there before is whole', async () => {
    // A limit on the size of files is a full disk to the process that meets it.
    const run = (limit: number, ...args: string[]) =>
      new Promise<{ code: number | null; stderr: string }>((resolve) => {
        const main = new URL('../../src/cli/main.js', import.meta.url).pathname;
        const child = spawn(
          'bash',
          ['-c', `ulimit -f ${limit}; trap '' XFSZ; exec "$0" "$@"`, process.execPath, main, ...args],
          { stdio: ['ignore', 'ignore', 'pipe'] },
        );
        let stderr = '';
        child.stderr.on('data', (chunk) => {
          stderr += chunk;
        });
        child.on('close', (code) => resolve({ code, stderr }));
      });
    const full = await run(24, 'register', file('good.mp4'), '--data', file('full'));
    expect(full.code).toBe(1);
    expect(full.stderr).toContain('SP_DISK_FULL');
    const { code, json } = await streamprint([
      'register',
      file('good.mp4'),
      '--json',
      '--data',
      file('full'),
    ]);
    expect(code).toBe(0);
    expect(json).toMatchObject([{ outcome: 'added', error: null }]);
  });
});
