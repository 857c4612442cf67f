import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDecoder } from '../../workers/decode/index.js';
import { collect, MEDIA_SECONDS, MediaFolder, times, X264 } from './media.js';

const media = new MediaFolder();
const both = () => media.make('both.mp4', `${X264} -c:a aac`);
const seconds = (pieces: readonly { samples: number }[] | undefined) =>
  (pieces ?? []).reduce((n, piece) => n + piece.samples, 0) / 8000;

describe.each(['libav', 'ffmpeg'] as const)('the %s decoder', (name) => {
  it.each(['mp3', 'ogg', 'wav', 'flac', 'm4a', 'ts'])('decodes sound alone (%s)', async (extension) => {
    const file = media.remake(`sound.${extension}`, both(), '-vn');
    const { outcome, pictures, sound } = await collect(await loadDecoder(name), file);
    expect(outcome.report.video).toBeNull();
    expect(pictures).toHaveLength(0);
    expect(Math.abs(seconds(sound[0]) - MEDIA_SECONDS)).toBeLessThan(0.1);
    expect(outcome.report.missing).toEqual({ video: 0, audio: 0 });
  });

  it('decodes pictures alone', async () => {
    const file = media.remake('pictures.ts', both(), '-an -c copy');
    const { outcome, pictures, sound } = await collect(await loadDecoder(name), file, { timesFrom: 'start' });
    expect(outcome.report.audio).toEqual([]);
    expect(sound).toEqual([]);
    expect(times(pictures)).toEqual([0, 2, 4, 6]);
  });

  it('takes cover art for no picture', async () => {
    const cover = media.ffmpeg('cover.png', ['-i', both(), '-frames:v', '1']);
    const sound = media.remake('song.mp3', both(), '-vn');
    const file = media.remake('covered.mp3', sound, `-i ${cover} -map 0 -map 1 -c copy -id3v2_version 3`);
    const { outcome, pictures } = await collect(await loadDecoder(name), file, { pictures: 'dense' });
    expect(outcome.report.video).toBeNull();
    expect(pictures).toHaveLength(0);
  });

  it('decodes all sound tracks, or the default one, which is track 0', async () => {
    const options =
      '-map 0:v -map 0:a -map 0:a -c:v copy -c:a aac -filter:a:1 atrim=end=5 -metadata:s:a:0 language=deu ' +
      '-metadata:s:a:1 language=eng -disposition:a:0 0 -disposition:a:1 default';
    const file = media.remake('languages.mkv', both(), options);
    const decoder = await loadDecoder(name);
    const all = await collect(decoder, file, { audio: 'all', pictures: 'none' });
    expect(all.outcome.report.audio.map((track) => track.language)).toEqual(['eng', 'deu']);
    expect(all.sound.map((pieces) => Math.round(seconds(pieces)))).toEqual([5, 8]);
    const main = await collect(decoder, file, { pictures: 'none' });
    expect(main.outcome.report.audio.map((track) => track.language)).toEqual(['eng']);
  });

  it('leaves sound tracks beyond the sixteenth alone, and says so', async () => {
    const file = media.remake('many.mkv', both(), `-vn ${'-map 0:a '.repeat(18)} -c copy`);
    const { outcome, sound } = await collect(await loadDecoder(name), file, { audio: 'all' });
    expect(sound).toHaveLength(16);
    expect(outcome.report.warnings).toContain('2 more sound tracks were left out.');
  });

  it('says what an input holds that has neither picture nor sound', async () => {
    const text = media.file('words.srt');
    writeFileSync(text, '1\n00:00:00,000 --> 00:00:05,000\nwords\n');
    const file = media.remake('words.mkv', text, '');
    await expect(collect(await loadDecoder(name), file)).rejects.toMatchObject({
      code: 'SP_INPUT_NO_TRACKS',
      message: expect.stringMatching(/it holds only (ass|subrip)/),
    });
  });

  it('refuses pictures larger than allowed, and keeps the sound', async () => {
    const limits = { maxDuration: 3600, maxPixels: 320 * 240 };
    const decoder = await loadDecoder(name);
    const { outcome, pictures, sound } = await collect(decoder, both(), { limits });
    expect(pictures).toHaveLength(0);
    expect(seconds(sound[0])).toBeCloseTo(MEDIA_SECONDS, 1);
    expect(outcome.report.warnings.join(' ')).toContain('640 × 360');
    const silent = media.remake('large.mp4', both(), '-an -c copy');
    await expect(collect(decoder, silent, { limits })).rejects.toMatchObject({
      code: 'SP_INPUT_TOO_LARGE',
      message: expect.stringContaining(silent),
    });
  });

  it('cuts an input that is longer than allowed, and says so', async () => {
    const limits = { maxDuration: 3, maxPixels: 1e8 };
    const { outcome, pictures, sound } = await collect(await loadDecoder(name), both(), { limits });
    expect(times(pictures)).toEqual([0, 2]);
    expect(Math.abs(seconds(sound[0]) - 3)).toBeLessThan(0.3);
    expect(outcome.end).toBeLessThanOrEqual(3.1);
    expect(outcome.report.missing).toEqual({ video: 0, audio: 0 });
    expect(outcome.report.warnings[0]).toContain('longer than the 3 s');
  });
});
