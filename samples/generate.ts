import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Piscina } from 'piscina';
import { CATALOGUE_NAME, metadataCsv, TITLES, titleOf } from './catalogue.js';
import { CHANNELS, channelSeconds } from './channels.js';
import type { Encoder, SegmentFile } from './encode/index.js';
import type { Job } from './job.js';
import { type Truth, truthOf } from './truth.js';

/** To be raised whenever anything that is generated changes: older samples are then made anew. */
const VERSION = 1;

/** A channel as it lies on disk. */
export interface ChannelFiles {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly segments: readonly SegmentFile[];
}

/** Where everything is. */
export interface Samples {
  /** Media files of the titles. */
  readonly catalogue: string;
  /** For `register --metadata`. */
  readonly metadata: string;
  readonly truth: Truth;
  readonly channels: readonly ChannelFiles[];
  /** False when an earlier run had made them. */
  readonly made: boolean;
}

export interface GenerateOptions {
  /** Replaced as a whole where it does not hold the samples of this version. */
  readonly directory: string;
  /** null = whichever is there. */
  readonly encoder?: Encoder['name'] | null;
  readonly onProgress?: (secondsDone: number, secondsInAll: number) => void;
}

/**
 * Makes the demo catalogue and the pirate channels, or finds them made by an earlier run of this version. They are
 * made aside and moved into place whole, so that a run that was broken off leaves nothing half.
 * @throws Error when nothing is there that encodes, or the disk is full
 */
export async function generateSamples(options: GenerateOptions): Promise<Samples> {
  const directory = path.resolve(options.directory);
  const known = await readSamples(directory);
  if (known) return known;
  const aside = `${directory}.partial`;
  await fs.rm(aside, { recursive: true, force: true });
  try {
    const channels = await encodeAll(aside, options);
    await writeJson(path.join(aside, 'channels.json'), channels);
    await fs.writeFile(
      path.join(aside, 'catalogue', 'metadata.csv'),
      metadataCsv(({ id }) => `${id}.mp4`),
    );
    await writeJson(path.join(aside, 'truth.json'), truthOf(VERSION, CATALOGUE_NAME));
    await fs.rm(directory, { recursive: true, force: true });
    await fs.rename(aside, directory);
  } catch (error) {
    await fs.rm(aside, { recursive: true, force: true });
    throw error;
  }
  const made = await readSamples(directory);
  if (!made) throw new Error(`the samples in ${directory} cannot be read back`);
  return { ...made, made: true };
}

/** Samples that an earlier run of this version made; null = none. */
export async function readSamples(directory: string): Promise<Samples | null> {
  const truth = (await readJson(path.join(directory, 'truth.json'))) as Truth | null;
  const channels = (await readJson(path.join(directory, 'channels.json'))) as ChannelFiles[] | null;
  if (truth?.version !== VERSION || !channels) return null;
  const catalogue = path.join(directory, 'catalogue');
  return { catalogue, metadata: path.join(catalogue, 'metadata.csv'), truth, channels, made: false };
}

async function encodeAll(directory: string, options: GenerateOptions): Promise<ChannelFiles[]> {
  const encoder = options.encoder ?? null;
  const threads = Math.max(1, Math.min(8, os.availableParallelism()));
  const pool = new Piscina<Job, SegmentFile[]>({
    filename: new URL('./job.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
  });
  // The longest first, so that no thread is left alone with one at the end.
  const jobs: Job[] = [
    ...CHANNELS.map(({ id }) => ({
      ...{ kind: 'channel' as const, id, encoder },
      target: path.join(directory, 'channels', id),
    })),
    ...TITLES.map(({ id }) => ({
      ...{ kind: 'title' as const, id, encoder },
      target: path.join(directory, 'catalogue', `${id}.mp4`),
    })),
  ];
  const inAll = jobs.reduce((sum, job) => sum + secondsOf(job), 0);
  let done = 0;
  try {
    const results = await Promise.all(
      jobs.map(async (job) => {
        const segments = await pool.run(job);
        done += secondsOf(job);
        options.onProgress?.(done, inAll);
        return segments;
      }),
    );
    return CHANNELS.map(({ id, name, group }, index) => ({ id, name, group, segments: results[index]! }));
  } finally {
    await pool.destroy();
  }
}

function secondsOf(job: Job): number {
  if (job.kind === 'title') return titleOf(job.id)!.duration;
  return channelSeconds(CHANNELS.find(({ id }) => id === job.id)!);
}

const writeJson = (file: string, value: unknown) => fs.writeFile(file, `${JSON.stringify(value, null, 2)}\n`);

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await fs.readFile(file, 'utf8'));
  } catch {
    return null;
  }
}
