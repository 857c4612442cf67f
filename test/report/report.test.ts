import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assetId, detectionId, referenceId, streamId, utcMillis } from '../../src/domain/ids.js';
import type { Detection } from '../../src/domain/match.js';
import { fitStill } from '../../src/media/still-image.js';
import type { ReportChannel, ReportData, ReportPicture } from '../../src/report/report-data.js';
import { ticks } from '../../src/report/timeline.js';
import * as words from '../../src/report/words.js';
import { writeReport } from '../../src/report/write-report.js';

const START = Date.UTC(2026, 0, 1, 12);
const at = (seconds: number) => utcMillis(START + 1000 * seconds);
const NASTY = '<script>alert("x")</script> & \'co\'';
let folder = '';
let jpeg: Uint8Array;

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-report-'));
  jpeg = await sharp({ create: { width: 900, height: 506, channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer();
});
afterAll(() => fs.rm(folder, { recursive: true, force: true }));

function channel(
  pictures: { stream: ReportPicture; reference: ReportPicture },
  title = 'Film',
): ReportChannel {
  const stream = {
    id: streamId('one'),
    name: title,
    url: 'http://user:secret@host.example/live.m3u8?token=abc',
  };
  const detection: Detection = {
    id: detectionId('d1'),
    state: 'closed',
    stream,
    catalogue: 'demo',
    assetId: assetId('film'),
    title,
    referenceId: referenceId('r1'),
    modality: 'video',
    time: { start: at(10), end: at(34) },
    reference: { start: 62.5, end: 86.5 },
    speed: 1,
    mirrored: true,
    box: null,
    score: 0.7,
    expectedFalsePerDay: 1e-7,
  };
  return {
    stream,
    coverage: [
      { streamId: stream.id, time: { start: at(0), end: at(50) }, state: 'captured', reason: '' },
      { streamId: stream.id, time: { start: at(50), end: at(60) }, state: 'lost', reason: title },
    ],
    detections: [
      {
        detection,
        rightsHolder: title,
        streamPicture: pictures.stream,
        referencePicture: pictures.reference,
      },
    ],
  };
}

async function written(channels: readonly ReportChannel[], more: Partial<ReportData> = {}): Promise<string> {
  const file = path.join(folder, 'deep', 'report.html');
  const catalogue = { name: 'demo', titles: 12 };
  const period = { start: at(0), end: at(60) };
  await writeReport(file, {
    title: 'Report',
    createdAt: at(70),
    period,
    catalogue,
    channels,
    remarks: [],
    ...more,
  });
  return fs.readFile(file, 'utf8');
}

const none = (reason: string): ReportPicture => ({ jpeg: null, reason });

describe('a report', () => {
  it('is one file that fetches nothing and runs nothing', async () => {
    const shown = { jpeg, caption: 'at 1:02.5' };
    const text = await written([channel({ stream: shown, reference: shown })]);
    expect(text).not.toMatch(/<script|<link|<iframe|@import|url\(/i);
    const sources = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target!);
    expect(sources.filter((target) => !/^(data:image\/jpeg;base64,|#)/.test(target))).toEqual([]);
    expect(text).toContain("default-src 'none'");
  });

  it('shows the pictures, made small', async () => {
    const shown = { jpeg, caption: '' };
    const text = await written([channel({ stream: shown, reference: shown })]);
    const pictures = [...text.matchAll(/base64,([^"]+)"/g)].map(([, data]) => Buffer.from(data!, 'base64'));
    expect(pictures).toHaveLength(2);
    expect(await sharp(pictures[0]!).metadata()).toMatchObject({ format: 'jpeg', width: 480 });
  });

  it('says why there is no picture, also where the bytes are none', async () => {
    const broken = { jpeg: new Uint8Array([1, 2, 3]), caption: '' };
    const text = await written([channel({ stream: none('it has sound alone'), reference: broken })]);
    expect(text).toContain('No picture: it has sound alone');
    expect(text).toContain('No picture: the bytes kept are no picture');
  });

  it('escapes every text, whatever titles and names hold', async () => {
    const hostile = channel({ stream: none(NASTY), reference: { jpeg, caption: NASTY } }, NASTY);
    const text = await written([hostile], {
      title: NASTY,
      remarks: [NASTY],
      catalogue: { name: NASTY, titles: 1 },
    });
    expect(text).not.toContain('<script>');
    expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;co&#39;');
  });

  it('tells nothing found from nothing captured', async () => {
    const empty = { ...channel({ stream: none(''), reference: none('') }), detections: [] };
    expect(await written([empty])).toContain(
      'Nothing of the catalogue was found in 50 s captured. 10 s could not be captured',
    );
    expect(await written([{ ...empty, coverage: [] }])).toContain(
      'Nothing was captured: what ran here is not known',
    );
  });

  it('keeps secrets of addresses to itself', async () => {
    const text = await written([channel({ stream: none(''), reference: none('') })]);
    expect(text).toContain('http://host.example/live.m3u8?…');
    expect(text).not.toMatch(/secret|abc/);
  });

  it('leaves nothing behind when it cannot be written', async () => {
    const taken = path.join(folder, 'taken');
    await fs.mkdir(path.join(taken, 'inside'), { recursive: true });
    const data = {
      title: '',
      createdAt: at(0),
      period: { start: at(0), end: at(1) },
      channels: [],
      remarks: [],
    };
    await expect(writeReport(taken, { ...data, catalogue: { name: '', titles: 0 } })).rejects.toThrow();
    expect((await fs.readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('the words of a report', () => {
  it('say lengths and places as people do', () => {
    expect([24.4, 60, 84, 7500].map(words.length)).toEqual(['24 s', '1 min', '1 min 24 s', '2 h 5 min']);
    expect([0, 62.54, 59.96, 3725].map(words.place)).toEqual(['0:00.0', '1:02.5', '1:00.0', '1:02:05.0']);
  });

  it('say how seldom chance would do it', () => {
    const rarity = (expectedFalsePerDay: number) => words.rarity({ expectedFalsePerDay });
    expect(rarity(1e-20)).toContain('less than once in a million years');
    expect(rarity(1e-5)).toContain('once in 274 years');
    expect(rarity(0.1)).toContain('once in 10 days');
    expect(rarity(0)).toContain('practically never');
    expect(rarity(12)).toContain('12 times a day');
  });

  it('put round times on the time line, never more than six', () => {
    for (const seconds of [10, 84, 600, 5400, 86_400, 30 * 86_400]) {
      const times = ticks({ start: START, end: START + 1000 * seconds });
      expect(times.length).toBeLessThanOrEqual(6);
      expect(times.length).toBeGreaterThan(0);
      for (const time of times) expect(time % 5000).toBe(0);
    }
  });
});

describe('a still', () => {
  it('is never enlarged, and is null for bytes that are no picture', async () => {
    expect(await fitStill(jpeg, 2000)).toMatchObject({ width: 900, height: 506 });
    expect(await fitStill(new Uint8Array(100), 480)).toBeNull();
  });
});
