import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDecoder } from '../../workers/decode/index.js';
import { collect, MediaFolder, meanDifference, times, X264 } from './media.js';

const media = new MediaFolder();
const upright = () => media.make('upright.mp4', `${X264} -c:a aac`);

/** Writes a display matrix into the first track header of an MP4 (ISO/IEC 14496-12, 8.3.2). */
function withMatrix(name: string, [a, b, c, d]: readonly [number, number, number, number]): string {
  const bytes = readFileSync(upright());
  const header = bytes.indexOf('tkhd') + 4;
  const matrix = header + 4 + (bytes[header] === 1 ? 32 : 20) + 16;
  for (const [i, value] of [a, b, 0, c, d, 0, 0, 0].entries())
    bytes.writeInt32BE(value * 0x10000, matrix + 4 * i);
  writeFileSync(media.file(name), bytes);
  return media.file(name);
}

/** The picture of the upright file as the matrix should show it. */
function turned(grey: Uint8Array, width: number, height: number, matrix: readonly number[]): Uint8Array {
  const [a, b, c, d] = matrix as [number, number, number, number];
  const across = Math.abs(a) === 1;
  const [w, h] = across ? [width, height] : [height, width];
  const target = new Uint8Array(w * h);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const px = a * x + c * y + (a + c < 0 ? w - 1 : 0);
      const py = b * x + d * y + (b + d < 0 ? h - 1 : 0);
      target[py * w + px] = grey[y * width + x] as number;
    }
  return target;
}

describe.each(['libav', 'ffmpeg'] as const)('the %s decoder', (name) => {
  it.each([
    ['a quarter to the right', [0, 1, -1, 0]],
    ['upside down', [-1, 0, 0, -1]],
    ['a quarter to the left', [0, -1, 1, 0]],
    ['mirrored', [-1, 0, 0, 1]],
  ] as const)('shows a recording upright that was turned %s', async (how, matrix) => {
    const decoder = await loadDecoder(name);
    const [plain] = (await collect(decoder, upright())).pictures;
    const [picture] = (await collect(decoder, withMatrix(`${how}.mp4`, matrix))).pictures;
    const expected = turned(plain!.grey, plain!.width, plain!.height, matrix);
    expect(picture?.grey.length).toBe(expected.length);
    // Turning comes after scaling here and before it there.
    expect(meanDifference(picture!.grey, expected)).toBeLessThan(0.2);
  });

  it.each([
    ['anamorphic.mp4', '-vf setsar=2', 320, 90],
    ['anamorphic.ts', '-vf setsar=1/2', 284, 320],
    ['portrait.mp4', '-vf crop=200:360', 178, 320],
    ['tall.mp4', '-vf scale=16:360', 32, 320],
  ])('gives square pixels: %s', async (file, options, width, height) => {
    const made = media.make(file, `${options} ${X264} -c:a aac`);
    const { pictures } = await collect(await loadDecoder(name), made);
    expect(pictures[0]).toMatchObject({ width, height });
  });

  it.each([
    [
      'interlaced H.264',
      'field.ts',
      '-c:v libx264 -preset veryfast -pix_fmt yuv420p -flags +ilme+ildct -g 50 -c:a aac',
    ],
    ['interlaced MPEG-2', 'field2.ts', '-c:v mpeg2video -q:v 4 -flags +ilme+ildct -g 50 -c:a mp2'],
  ])('decodes %s to the same pictures', async (_, file, options) => {
    const decoder = await loadDecoder(name);
    const plain = await collect(decoder, upright(), { timesFrom: 'start' });
    const fields = await collect(decoder, media.make(file, options), { timesFrom: 'start' });
    expect(fields.pictures).toHaveLength(plain.pictures.length);
    for (const [i, picture] of fields.pictures.entries())
      expect(meanDifference(picture.grey, plain.pictures[i]!.grey)).toBeLessThan(4);
  });

  it('expands video range, and leaves full range as it is', async () => {
    const decoder = await loadDecoder(name);
    const limited = await collect(decoder, upright());
    const full = await collect(decoder, media.make('full.mp4', `${X264} -pix_fmt yuvj420p -c:a aac`));
    expect(meanDifference(limited.pictures[0]!.grey, full.pictures[0]!.grey)).toBeLessThan(2);
  });

  it('follows a variable frame rate', async () => {
    const file = media.ffmpeg('variable.mp4', [
      ...[
        '-f',
        'lavfi',
        '-i',
        'mandelbrot=s=640x360:r=25',
        '-t',
        '8',
        '-vf',
        'select=not(mod(n\\,20))+lt(t\\,2)',
      ],
      ...['-vsync', 'vfr', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
    ]);
    const { pictures, outcome } = await collect(await loadDecoder(name), file, { pictures: 'dense' });
    expect(times(pictures).slice(0, 12)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2.4, 3.2]);
    expect(outcome.report.missing.video).toBe(0);
  });
});
