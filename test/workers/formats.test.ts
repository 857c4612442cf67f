import { describe, expect, it } from 'vitest';
import { loadDecoder } from '../../workers/decode/index.js';
import { collect, MEDIA_SECONDS, MediaFolder, times, X264 } from './media.js';

const media = new MediaFolder();
const X265 = '-c:v libx265 -preset ultrafast -pix_fmt yuv420p -x265-params log-level=none:keyint=50';

/** File, how it is made, and what is to be found in it. */
const FORMATS: [string, string, container: string, video: string, audio: string][] = [
  ['h264.ts', `${X264} -c:a aac`, 'mpegts', 'h264', 'aac'],
  ['hevc.ts', `${X265} -c:a ac3`, 'mpegts', 'hevc', 'ac3'],
  ['mpeg2.ts', '-c:v mpeg2video -q:v 6 -g 50 -c:a mp2', 'mpegts', 'mpeg2video', 'mp[23]'],
  ['moov-at-the-end.mp4', `${X264} -c:a aac`, 'mov', 'h264', 'aac'],
  ['moov-in-front.mp4', `${X264} -c:a mp3 -movflags +faststart`, 'mov', 'h264', 'mp3'],
  ['fragments.mp4', `${X264} -c:a aac -movflags +frag_keyframe+empty_moov`, 'mov', 'h264', 'aac'],
  ['hevc.mkv', `${X265} -c:a ac3`, 'matroska', 'hevc', 'ac3'],
  [
    'vp8.webm',
    '-c:v libvpx -deadline realtime -cpu-used 8 -g 50 -c:a libvorbis',
    'matroska',
    'vp8',
    'vorbis',
  ],
  [
    'vp9.webm',
    '-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 50 -c:a libopus',
    'matroska',
    'vp9',
    'opus',
  ],
  [
    'av1.mkv',
    '-c:v libaom-av1 -cpu-used 8 -usage realtime -g 50 -s 320x180 -c:a libopus',
    'matroska',
    'av1',
    'opus',
  ],
  ['h264.flv', `${X264} -c:a aac`, 'flv', 'h264', 'aac'],
  ['mpeg4.avi', '-c:v mpeg4 -g 50 -c:a mp3', 'avi', 'mpeg4', 'mp3'],
  ['theora.ogg', '-c:v libtheora -g 50 -c:a libvorbis', 'ogg', 'theora', 'vorbis'],
];

describe.each(['libav', 'ffmpeg'] as const)('the %s decoder', (name) => {
  it.each(FORMATS)('decodes %s', async (file, options, container, video, audio) => {
    const decoder = await loadDecoder(name);
    const { outcome, pictures, sound } = await collect(decoder, media.make(file, options), {
      timesFrom: 'start',
    });
    const { report } = outcome;
    expect(report.container).toContain(container);
    expect(report.video?.codec).toBe(video);
    expect(report.audio[0]?.codec).toMatch(new RegExp(`^${audio}$`));
    expect(outcome.end - outcome.start).toBeCloseTo(MEDIA_SECONDS, 0);
    expect(report.missing).toEqual({ video: 0, audio: 0 });
    expect(report.warnings).toEqual([]);
    for (const [i, time] of times(pictures).entries()) expect(Math.abs(time - 2 * i)).toBeLessThan(0.1);
    expect(pictures).toHaveLength(4);
    expect(pictures[0]).toMatchObject({ width: 320, height: 180 });
    const samples = sound[0]?.reduce((n, piece) => n + piece.samples, 0) ?? 0;
    expect(Math.abs(samples / 8000 - MEDIA_SECONDS)).toBeLessThan(0.1);
  });

  it('passes on the first frame of each 0.2 s when every frame is decoded', async () => {
    const file = media.make('h264.ts', `${X264} -c:a aac`);
    const decoder = await loadDecoder(name);
    const { pictures, outcome } = await collect(decoder, file, { pictures: 'dense', timesFrom: 'start' });
    expect(outcome.report.video?.pictures).toBe(200);
    expect(pictures).toHaveLength(40);
    for (const [i, { time }] of pictures.entries()) expect(Math.abs(time - 0.2 * i)).toBeLessThan(0.041);
  });

  it('takes a picture about every 2 s where key frames lie further apart than 3 s', async () => {
    const file = media.make('long.mp4', '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 500 -c:a aac');
    const { pictures } = await collect(await loadDecoder(name), file);
    expect(times(pictures)).toEqual([0, 2, 4, 6]);
  });

  it('takes the still that is shown at a moment', async () => {
    const file = media.make('moov-at-the-end.mp4', `${X264} -c:a aac`);
    const wanted = { pictures: 'at', audio: 'none', times: [1.05, 5, 7.99] } as const;
    const { stills } = await collect(await loadDecoder(name), file, wanted);
    expect(times(stills)).toEqual([1.04, 5, 7.96]);
    expect(stills[0]).toMatchObject({ width: 320, height: 180 });
  });

  it('takes the last picture for a moment a little behind the end', async () => {
    const file = media.make('h264.ts', `${X264} -c:a aac`);
    const wanted = { pictures: 'at', audio: 'none', times: [8.3], timesFrom: 'start' } as const;
    const { stills } = await collect(await loadDecoder(name), file, wanted);
    expect(times(stills)).toEqual([7.98]);
  });
});
