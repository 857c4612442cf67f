import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import ffmpeg from 'fluent-ffmpeg';
import { PICTURE_HEIGHT, PICTURE_WIDTH, PICTURES_PER_SECOND } from '../picture/canvas.js';
import type { Reel } from '../reel.js';
import { SOUND_RATE } from '../sound/track.js';
import {
  type BitRates,
  ENCODED_HEIGHT,
  ENCODED_WIDTH,
  type Encoder,
  KEY_FRAME_SECONDS,
  SEGMENT_SECONDS,
  type SegmentFile,
  segmentName,
} from './encoder.js';

/** Encodes with the ffmpeg program. All options go in raw: fluent-ffmpeg refuses some that newer programs know. */
export class FfmpegEncoder implements Encoder {
  readonly name = 'ffmpeg';

  async encodeFile(reel: Reel, file: string, rates: BitRates): Promise<void> {
    await encode(reel, file, [...codecOptions(rates), '-f', 'mp4']);
  }

  async encodeSegments(reel: Reel, folder: string, rates: BitRates): Promise<SegmentFile[]> {
    await encode(reel, path.join(folder, 'segment-%03d.ts'), [
      ...codecOptions(rates),
      ...['-f', 'segment', '-segment_format', 'mpegts', '-segment_time', String(SEGMENT_SECONDS)],
    ]);
    const seconds = reel.pictures / PICTURES_PER_SECOND;
    const count = Math.ceil(seconds / SEGMENT_SECONDS);
    return Array.from({ length: count }, (_, index) => ({
      file: segmentName(index),
      seconds: Math.min(SEGMENT_SECONDS, seconds - index * SEGMENT_SECONDS),
    }));
  }
}

function codecOptions(rates: BitRates): string[] {
  const gop = String(KEY_FRAME_SECONDS * PICTURES_PER_SECOND);
  return [
    ...['-vf', `scale=${ENCODED_WIDTH}:${ENCODED_HEIGHT}:flags=bilinear`, '-pix_fmt', 'yuv420p'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-threads', '1'],
    ...['-g', gop, '-keyint_min', gop, '-sc_threshold', '0'],
    ...[
      '-b:v',
      String(rates.video),
      '-maxrate',
      String(2 * rates.video),
      '-bufsize',
      String(2 * rates.video),
    ],
    ...['-c:a', 'aac', '-b:a', String(rates.audio)],
  ];
}

async function encode(reel: Reel, output: string, options: readonly string[]): Promise<void> {
  const scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-sound-'));
  try {
    const sound = path.join(scratch, 'sound.s16');
    await fs.writeFile(sound, new Uint8Array(reel.sound.buffer));
    await new Promise<void>((resolve, reject) => {
      const picture = `-f rawvideo -pix_fmt rgba -s ${PICTURE_WIDTH}x${PICTURE_HEIGHT} -r ${PICTURES_PER_SECOND}`;
      ffmpeg()
        .input(Readable.from(picturesOf(reel)))
        .inputOptions(picture.split(' '))
        .input(sound)
        .inputOptions(['-f', 's16le', '-ar', String(SOUND_RATE), '-ac', '1'])
        .outputOptions([...options])
        .output(output)
        .on('end', () => resolve())
        .on('error', (cause) =>
          reject(new Error(`ffmpeg could not write ${output}: ${cause.message}`, { cause })),
        )
        .run();
    });
  } finally {
    await fs.rm(scratch, { recursive: true, force: true });
  }
}

function* picturesOf(reel: Reel): Generator<Buffer> {
  // A copy: the reel paints the next picture over this one while it may still wait in the pipe.
  for (let n = 0; n < reel.pictures; n++) yield Buffer.from(new Uint8Array(reel.picture(n).buffer));
}
