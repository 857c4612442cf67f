import type { DecoderName } from '../protocol.js';
import type { DecoderStatus } from '../protocol-pool.js';
import { ffmpegVersion } from './ffmpeg/programs.js';
import { loadLibrary } from './libav/library.js';

/** Both decoders, whether they are there or not. */
export function decoderStatuses(): Promise<DecoderStatus[]> {
  return Promise.all([statusOf('libav', libavBuild), statusOf('ffmpeg', ffmpegVersion)]);
}

interface Build {
  readonly version: string;
  readonly configuration: string;
}

async function libavBuild(): Promise<Build> {
  return (await loadLibrary()).lib.getFFmpegInfo();
}

async function statusOf(name: DecoderName, build: () => Promise<Build>): Promise<DecoderStatus> {
  try {
    const { version, configuration } = await build();
    return { name, available: true, version, licence: licenceOf(configuration), note: noteOf(configuration) };
  } catch (error) {
    return { name, available: false, version: null, licence: null, note: (error as Error).message };
  }
}

/** @param configuration of FFmpeg's `configure` (see its LICENSE.md) */
export function licenceOf(configuration: string): string {
  const has = (option: string) => configuration.split(/\s+/).includes(`--enable-${option}`);
  if (has('nonfree')) return 'not redistributable (nonfree)';
  const version = has('version3') ? '3' : has('gpl') ? '2' : '2.1';
  return `${has('gpl') ? 'GPL' : 'LGPL'} ${version} or later`;
}

function noteOf(configuration: string): string | null {
  const fdk = configuration.includes('--enable-libfdk-aac') && configuration.includes('--enable-gpl');
  return fdk ? 'holds fdk-aac, whose licence does not go with the GPL: do not pass this build on' : null;
}
