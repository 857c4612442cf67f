import fs from 'node:fs/promises';
import path from 'node:path';
import { materialOf } from './catalogue.js';
import { CHANNELS } from './channels.js';
import { type Encoder, openEncoder, type SegmentFile } from './encode/index.js';
import { channelReel, titleReel } from './reel.js';

/** One thing to encode, and where. The entry point of the generator's worker threads. */
export interface Job {
  readonly kind: 'title' | 'channel';
  readonly id: string;
  /** A file for a title, a folder for a channel. */
  readonly target: string;
  /** null = whichever is there. */
  readonly encoder: Encoder['name'] | null;
}

const TITLE_RATES = { video: 1_200_000, audio: 128_000 };

/** @returns the segments of a channel; none for a title */
export default async function work(job: Job): Promise<SegmentFile[]> {
  const encoder = await openEncoder(job.encoder);
  if (job.kind === 'title') {
    await fs.mkdir(path.dirname(job.target), { recursive: true });
    await encoder.encodeFile(titleReel(materialOf(job.id)), job.target, TITLE_RATES);
    return [];
  }
  const channel = CHANNELS.find((candidate) => candidate.id === job.id);
  if (!channel) throw new RangeError(`no channel "${job.id}"`);
  await fs.mkdir(job.target, { recursive: true });
  const rates = { video: channel.videoBitRate, audio: channel.audioBitRate };
  return encoder.encodeSegments(channelReel(channel), job.target, rates);
}
