import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { popcount32 } from '../../fingerprints/words.js';
import { MediaPool, type MediaPoolOptions } from '../../src/media/media-pool.js';
import type { ReferenceTask, SegmentTask } from '../../workers/protocol.js';
import { LIMITS, MediaFolder, X264 } from '../workers/media.js';

const media = new MediaFolder();
const clip = () => media.make('clip.ts', `${X264} -c:a aac`);

/** Takes many seconds to decode, however fast the machine. */
function endless(): string {
  const bytes = readFileSync(
    media.make('slow.ts', '-vf scale=1280:720 -c:v libx264 -preset veryfast -crf 40 -c:a aac'),
  );
  const file = media.file('endless.ts');
  writeFileSync(file, Buffer.concat(Array.from({ length: 50 }, () => bytes)));
  return file;
}

const reference = (path: string): ReferenceTask => ({
  kind: 'reference',
  path,
  limits: LIMITS,
  stillEvery: 2,
});
const segment = (path: string, more: Partial<SegmentTask> = {}): SegmentTask => ({
  kind: 'segment',
  path,
  limits: LIMITS,
  pictures: 'sparse',
  audioState: null,
  last: true,
  ...more,
});

const pools: MediaPool[] = [];
async function startPool(options: MediaPoolOptions = {}): Promise<MediaPool> {
  const pool = await MediaPool.start({ threads: 2, ...options });
  pools.push(pool);
  return pool;
}
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the media pool', () => {
  it('fingerprints references, analyses segments and takes stills', async () => {
    const pool = await startPool();
    const { fingerprint, stills, report } = await pool.run(reference(clip()));
    expect(fingerprint.duration).toBeCloseTo(8, 1);
    expect(fingerprint.video?.rows.some((byte) => byte !== 0)).toBe(true);
    expect(fingerprint.audio[0]?.words.some((word) => word !== 0)).toBe(true);
    expect(stills.map(({ time }) => Math.round(time))).toEqual([0, 2, 4, 6]);
    for (const { jpeg } of stills) expect([...jpeg.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    expect(report.missing).toEqual({ video: 0, audio: 0 });
    const result = await pool.run(segment(clip()));
    expect(result.pictures?.times).toHaveLength(4);
    expect(result.audio?.words.length).toBeGreaterThan(480);
    const times = [result.start + 3, result.start + 1, result.end + 60];
    const asked = await pool.run({ kind: 'still', path: clip(), limits: LIMITS, times });
    expect(asked.stills.map((still) => still && Math.abs(still.time - times[0]!) < 0.1)).toEqual([
      true,
      false,
      null,
    ]);
  });

  it('reports expected failures by their codes', async () => {
    const pool = await startPool();
    const black = media.ffmpeg('black.mp4', [
      '-f',
      'lavfi',
      '-i',
      'color=black:s=320x180:d=20',
      '-c:v',
      'libx264',
    ]);
    const one = media.ffmpeg('one.mkv', ['-i', clip(), '-frames:v', '1', '-an', '-c:v', 'libx264']);
    const failures: [string, string][] = [
      [media.file('missing.ts'), 'SP_INPUT_MISSING'],
      [media.path, 'SP_INPUT_NOT_MEDIA'],
      [black, 'SP_INPUT_TOO_SHORT'],
      [one, 'SP_INPUT_TOO_SHORT'],
    ];
    for (const [path, code] of failures)
      await expect(pool.run(reference(path))).rejects.toMatchObject({
        name: 'StreamprintError',
        code,
        message: expect.stringContaining(path),
      });
    await expect(pool.run(reference(one))).rejects.toThrow('1 picture and no sound');
  });

  it('joins the sound of segments to what it is without the cut', async () => {
    const pool = await startPool();
    media.remake('part%d.ts', clip(), '-c copy -f segment -segment_time 4 -segment_format mpegts');
    const [first, second] = [media.file('part0.ts'), media.file('part1.ts')];
    const whole = await pool.run(segment(clip()));
    const a = await pool.run(segment(first, { last: false }));
    const b = await pool.run(segment(second, { audioState: a.audioState }));
    const words = [...a.audio!.words, ...b.audio!.words];
    expect(b.audioState).toBeNull();
    expect(b.audio!.start).toBeCloseTo(a.audio!.start + a.audio!.words.length * 0.016, 6);
    const shift = Math.round((a.audio!.start - whole.audio!.start) / 0.016);
    const wrong = words.map((word, i) => popcount32((word ^ whole.audio!.words[i + shift]!) >>> 0));
    expect(wrong.filter((bits) => bits <= 2).length / words.length).toBeGreaterThan(0.95);
  });

  it('hears nothing before a stream that has been on for a day', async () => {
    const pool = await startPool();
    media.remake('late.ts', clip(), '-c copy -output_ts_offset 80000 -muxdelay 0 -f mpegts');
    const { start, end, audio } = await pool.run(segment(media.file('late.ts'), { last: false }));
    expect(start).toBeGreaterThan(79_000);
    expect(audio!.start).toBeGreaterThan(start - 1);
    expect(audio!.words.length).toBeLessThan((end - start + 1) / 0.016);
    expect(audio!.words.length).toBeGreaterThan((0.5 * (end - start)) / 0.016);
  });

  it('takes many segments at once, whose sound goes on from others', async () => {
    const pool = await startPool();
    const { audioState } = await pool.run(segment(clip(), { last: false }));
    const results = await Promise.all(
      Array.from({ length: 24 }, () => pool.run(segment(clip(), { audioState, last: false }))),
    );
    for (const { audio } of results) expect(audio).toEqual(results[0]!.audio);
    expect(pool.metrics).toMatchObject({ restarts: 0, setAside: 0 });
  });

  it('runs everything again that was in hand when its process is killed', async () => {
    const deaths: string[] = [];
    const pool = await startPool({ onDeath: (message) => deaths.push(message) });
    const before = pool.processId!;
    const running = Array.from({ length: 6 }, () => pool.run(reference(clip())));
    await sleep(200);
    process.kill(before, 'SIGKILL');
    const results = await Promise.all(running);
    for (const { fingerprint } of results) expect(fingerprint).toEqual(results[0]!.fingerprint);
    expect(pool.processId).not.toBe(before);
    expect(pool.metrics).toEqual({ restarts: 1, setAside: 0, running: 0, queued: 0 });
    expect(deaths.length).toBeGreaterThan(0);
    for (const message of deaths)
      expect(message).toBe(
        `${clip()}: the decoding process died on it (it was ended by SIGKILL); it is tried again, alone.`,
      );
  });

  it('sets aside only the task that kills its process twice', async () => {
    const pool = await startPool({ taskTimeout: 4 });
    const hostile = pool.run(segment(endless(), { pictures: 'dense' }));
    const others = Array.from({ length: 8 }, () => pool.run(reference(clip())));
    await expect(hostile).rejects.toMatchObject({
      code: 'SP_DECODER_DIED',
      message: expect.stringMatching(
        /endless\.ts: the decoding process died on it twice.*no headway for 4 s/,
      ),
    });
    expect(await Promise.all(others)).toHaveLength(8);
    expect(pool.metrics.setAside).toBe(1);
  });

  it('does not take a long reference for one that hangs', async () => {
    const pool = await startPool({ taskTimeout: 2.5, threads: 1 });
    const progress: number[] = [];
    const limits = { ...LIMITS, maxDuration: 120 };
    const { fingerprint } = await pool.run(
      { ...reference(endless()), limits, stillEvery: 0 },
      { onProgress: (time) => progress.push(time) },
    );
    expect(fingerprint.duration).toBeCloseTo(120, 0);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress).toEqual([...progress].sort((x, y) => x - y));
  });

  it('lets callers wait while the queue is full, and serves them in the order of coming', async () => {
    const pool = await startPool({ threads: 1, maxQueue: 1 });
    const served: number[] = [];
    const all = [0, 1, 2, 3, 4].map((n) => pool.run(segment(clip())).then(() => served.push(n)));
    expect(pool.metrics.queued + pool.metrics.running).toBe(5);
    await Promise.all(all);
    expect(served).toEqual([0, 1, 2, 3, 4]);
  });

  it('gives up a task that is aborted, and goes on with the others', async () => {
    const pool = await startPool({ threads: 1 });
    const abort = new AbortController();
    const running = pool.run(reference(clip()), { signal: abort.signal });
    const queued = pool.run(reference(clip()), { signal: abort.signal });
    const other = pool.run(segment(clip()));
    abort.abort(new Error('not wanted any more'));
    await expect(running).rejects.toThrow('not wanted any more');
    await expect(queued).rejects.toThrow('not wanted any more');
    expect((await other).pictures?.times).toHaveLength(4);
    await expect(pool.run(segment(clip()), { signal: abort.signal })).rejects.toThrow('not wanted any more');
  });

  it('finishes what it has when it is closed, and then its process ends', async () => {
    const pool = await startPool();
    const pid = pool.processId!;
    const running = Array.from({ length: 4 }, () => pool.run(segment(clip())));
    await pool.close();
    expect(await Promise.all(running)).toHaveLength(4);
    expect(isRunning(pid)).toBe(false);
    await expect(pool.run(segment(clip()))).rejects.toThrow('closed');
  });

  it('says so when the decoder asked for is not there', async () => {
    const path = process.env.PATH;
    process.env.PATH = media.path;
    try {
      await expect(MediaPool.start({ decoder: 'ffmpeg' })).rejects.toMatchObject({
        code: 'SP_DECODER_UNAVAILABLE',
        message: expect.stringContaining('apt-get install ffmpeg'),
      });
    } finally {
      process.env.PATH = path;
    }
  });

  it('leaves no process behind when the service is killed', async () => {
    const module = new URL('../../src/media/media-pool.js', import.meta.url).href;
    const script = `const { MediaPool } = await import(${JSON.stringify(module)});
      const pool = await MediaPool.start({ threads: 1 });
      console.log(pool.processId);`;
    const service = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const [line] = await once(service.stdout, 'data');
    const pid = Number(String(line));
    expect(isRunning(pid)).toBe(true);
    service.kill('SIGKILL');
    for (let i = 0; i < 100 && isRunning(pid); i++) await sleep(50);
    expect(isRunning(pid)).toBe(false);
  });
});
