import { execFileSync, spawnSync } from 'node:child_process';
import type { Broadcast } from './broadcast.js';
import { speed } from './speed.js';

/** An ffmpeg process a segment: key frames as small grey pictures, and sound at 8 kHz. */
export function ffmpegAlone(media: Broadcast, milliseconds: number): Promise<number> {
  return speed(media, milliseconds, async (file) => {
    spawnSync('ffmpeg', [
      '-v',
      'error',
      '-threads',
      '1',
      '-skip_frame',
      'nokey',
      '-i',
      file,
      '-map',
      '0:v',
      '-vf',
      'scale=64:64:flags=area,format=gray',
      '-fps_mode',
      'passthrough',
      '-f',
      'rawvideo',
      '/dev/null',
      '-map',
      '0:a',
      '-ac',
      '1',
      '-ar',
      '8000',
      '-f',
      's16le',
      '/dev/null',
      '-y',
    ]);
  });
}

/** The MPEG-7 video signature of ffmpeg, over the whole broadcast. */
export function signatureFilter(media: Broadcast): number {
  const from = performance.now();
  execFileSync(
    'ffmpeg',
    [
      '-v',
      'error',
      '-threads',
      '1',
      '-filter_threads',
      '1',
      '-i',
      media.whole,
      '-an',
      '-vf',
      'signature',
      '-f',
      'null',
      '-',
    ],
    { stdio: 'ignore' },
  );
  return (media.seconds * 1000) / (performance.now() - from);
}
