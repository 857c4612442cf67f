import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chosen } from '../../src/capture/dash/dash-playlist.js';
import { type Manifest, parseManifest } from '../../src/capture/dash/manifest.js';
import { Numbering } from '../../src/capture/dash/numbering.js';
import { StreamprintError } from '../../src/domain/errors.js';
import { Sender } from './sender.js';
import {
  captureAll,
  countPictures,
  ffmpeg,
  QUICK,
  serve,
  TEST_MEDIA,
  type TestServer,
  withFolder,
} from './support.js';

/** The files of a folder. */
async function serveFolder(folder: string): Promise<TestServer> {
  return serve((_, response, name) => {
    readFile(path.join(folder, path.basename(name.replace(/\?.*/, '')))).then(
      (bytes) => response.writeHead(200).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
}

describe('a recording in MPEG-DASH', () => {
  let folder: string;
  let server: TestServer;
  let done: () => void;
  beforeAll(async () => {
    await new Promise<void>((ready, failed) => {
      void withFolder(async (made) => {
        folder = made;
        const cut = ['-seg_duration', '2', '-use_template', '1'];
        await ffmpeg(made, ...TEST_MEDIA, '-t', '8', '-f', 'dash', ...cut, '-use_timeline', '1', 'lined.mpd');
        await ffmpeg(
          made,
          ...TEST_MEDIA,
          '-t',
          '8',
          '-f',
          'dash',
          ...cut,
          '-use_timeline',
          '0',
          '-init_seg_name',
          'i$RepresentationID$.m4s',
          '-media_seg_name',
          'c$RepresentationID$-$Number$.m4s',
          'even.mpd',
        );
        server = await serveFolder(made);
        ready();
        await new Promise<void>((resolve) => {
          done = resolve;
        });
      }).catch(failed);
    });
  });
  afterAll(async () => {
    await server.close();
    done();
  });

  it.each(['lined.mpd', 'even.mpd'])(
    '(%s) is captured from its start to its end, pictures and sound apart',
    async (name) => {
      const { segments, media, lost, notes, gone } = await captureAll(`${server.url}/${name}`);
      const pictures = segments.filter(({ carries }) => carries === 'both');
      const sound = segments.filter(({ carries }) => carries === 'audio');
      expect(lost).toEqual([]);
      expect(pictures.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
      expect(sound.length).toBeGreaterThanOrEqual(4);
      expect(pictures.at(-1)?.last).toBe(true);
      expect(gone).toBe('ended');
      expect(notes[0]).toContain('DASH, recorded: 160×90');
      await withFolder(async (place) => {
        let count = 0;
        for (const [i, segment] of segments.entries()) {
          if (segment.carries === 'audio') continue;
          const file = path.join(place, `${i}.mp4`);
          await writeFile(file, media[i]!);
          count += await countPictures(file);
        }
        expect(count).toBe(80);
      });
    },
  );

  it('on this machine is captured too', async () => {
    const { segments } = await captureAll(path.join(folder, 'lined.mpd'));
    expect(segments.filter(({ carries }) => carries === 'both')).toHaveLength(4);
  });
});

describe('a live stream in MPEG-DASH', () => {
  it('is followed from its newest segment on, each segment once and in order', async () => {
    await withFolder(async (folder) => {
      const manifest = path.join(folder, 'live.mpd');
      const cut = ['-seg_duration', '1', '-window_size', '5', '-use_template', '1', '-use_timeline', '1'];
      const sender = new Sender(['-f', 'dash', ...cut, manifest]);
      const server = await serveFolder(folder);
      while (!(await stat(manifest).catch(() => null)))
        await new Promise((resolve) => setTimeout(resolve, 100));
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const { segments, lost, states } = await captureAll(`${server.url}/live.mpd`, {
        options: { timing: { ...QUICK, stallAfter: 8_000 } },
        until: (events) =>
          events.filter((e) => e.type === 'segment' && e.segment.carries === 'both').length >= 5,
      });
      await sender.stop();
      await server.close();
      const pictures = segments.filter(({ carries }) => carries === 'both');
      const numbers = pictures.map(({ uri }) => Number(/-(\d+)\.m4s/.exec(uri)?.[1]));
      expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i));
      expect(numbers[0]).toBeGreaterThan(1);
      expect(lost).toEqual([]);
      expect(states).toEqual(['live']);
      expect(segments.some(({ carries }) => carries === 'audio')).toBe(true);
    });
  });
});

const NOW = Date.parse('2026-01-31T12:00:00Z');
const parse = (mpd: string): Manifest => parseManifest(`<?xml version="1.0"?>${mpd}`, 'test.mpd', NOW);
const video = (inside: string, attributes = '') =>
  `<AdaptationSet contentType="video"><Representation id="v" bandwidth="1000" height="720" ${attributes}>${inside}</Representation></AdaptationSet>`;

describe('a manifest', () => {
  it('of a live stream without a time line names its last segments, by the clock of the server', () => {
    const template =
      '<SegmentTemplate media="$RepresentationID$/$Number%06d$.m4s" initialization="i.mp4" duration="4000" timescale="1000" startNumber="1"/>';
    const { periods, live } = parse(
      `<MPD type="dynamic" availabilityStartTime="1970-01-01T00:00:00Z"><BaseURL>http://cdn.example/a/</BaseURL><Period>${video(template)}</Period></MPD>`,
    );
    const { segments, init } = periods[0]![0]!;
    expect(live).toBe(true);
    expect(segments).toHaveLength(30);
    const newest = NOW / 1000 / 4 - 1;
    expect(segments.at(-1)).toMatchObject({
      reference: `http://cdn.example/a/v/${String(newest).padStart(6, '0')}.m4s`,
      duration: 4,
    });
    expect(init?.uri).toBe('http://cdn.example/a/i.mp4');
  });

  it('with time lines, repeats and periods is one sequence', () => {
    const lined = (times: string) =>
      video(
        `<SegmentTemplate media="$Time$.m4s" timescale="10"><SegmentTimeline>${times}</SegmentTimeline></SegmentTemplate>`,
      );
    const { periods } = parse(
      `<MPD mediaPresentationDuration="PT20S"><Period duration="PT10S">${lined('<S t="0" d="20" r="-1"/>')}</Period><Period>${lined('<S t="0" d="50" r="1"/>')}</Period></MPD>`,
    );
    expect(periods.map(([one]) => one!.segments.map(({ start, duration }) => [start, duration]))).toEqual([
      [
        [0, 2],
        [2, 2],
        [4, 2],
        [6, 2],
        [8, 2],
      ],
      [
        [10, 5],
        [15, 5],
      ],
    ]);
  });

  it('claims no more segments than are read, however many it claims', () => {
    for (const times of ['<S t="0" d="10" r="999999999"/>', '<S t="0" d="10" r="999999999"/>'.repeat(50)]) {
      const lined = video(
        `<SegmentTemplate media="$Time$.m4s" timescale="10"><SegmentTimeline>${times}</SegmentTimeline></SegmentTemplate>`,
      );
      expect(
        parse(`<MPD><Period>${lined}</Period></MPD>`).periods[0]![0]!.segments.length,
      ).toBeLessThanOrEqual(100_000);
      expect(
        parse(`<MPD type="dynamic"><Period>${lined}</Period></MPD>`).periods[0]![0]!.segments.length,
      ).toBeLessThanOrEqual(30);
    }
    const even = video('<SegmentTemplate media="$Number$.m4s" duration="1" timescale="1"/>');
    expect(
      parse(`<MPD mediaPresentationDuration="P9999Y"><Period>${even}</Period></MPD>`).periods[0]![0]!
        .segments,
    ).toHaveLength(100_000);
  });

  it('takes the pictures nearest 720 lines, and says what is encrypted', () => {
    const one = (height: number, inside = '') =>
      `<Representation id="${height}" height="${height}">${inside}<SegmentTemplate media="$Number$" duration="2"/></Representation>`;
    const manifest = parse(
      `<MPD mediaPresentationDuration="PT4S"><Period><AdaptationSet mimeType="video/mp4">${one(1080)}${one(480)}${one(720, '<ContentProtection/>')}</AdaptationSet></Period></MPD>`,
    );
    const [taken] = chosen(manifest, 'video');
    expect(taken).toMatchObject({ id: '720', key: { method: 'unsupported' } });
  });

  it('of whatever kind is read or refused', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, inside) => {
        for (const mpd of [
          text,
          `<MPD>${inside}</MPD>`,
          `<MPD><Period start="${inside}"/></MPD>`,
          '<MPD'.repeat(50),
        ])
          try {
            parse(mpd);
          } catch (error) {
            expect(error).toBeInstanceOf(StreamprintError);
          }
      }),
    );
  });
});

describe('the numbering of segments', () => {
  const segments = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      reference: `${from + i}`,
      range: null,
      start: 2 * (from + i),
      duration: 2,
    }));

  it('stays the same from manifest to manifest, counts what was missed, and begins far off where time goes back', () => {
    const numbering = new Numbering();
    expect(numbering.first(segments(100, 5))).toBe(0);
    expect(numbering.first(segments(102, 5))).toBe(2);
    expect(numbering.first(segments(110, 5))).toBe(10);
    expect(numbering.first(segments(3, 2))).toBeGreaterThan(1000);
  });
});
