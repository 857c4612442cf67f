import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { type UtcMillis, utcMillis } from '../domain/ids.js';
import { hasMediaName, naturalOrder } from '../domain/media-names.js';
import type { Segment } from '../domain/segment.js';
import type { CaptureRun } from './capture.js';
import { inputErrorOf } from './input-error.js';
import type { Sink } from './sink.js';
import { Spool } from './spool.js';

/** A media file as a stream of one segment; the file stays where it is. */
export function fileRun(path: string): CaptureRun {
  return async (sink, signal) => {
    const at = utcMillis(sink.now());
    try {
      await sink.segment(await inPlace(resolve(path), { sequence: 0, at, last: true }, signal));
    } catch (error) {
      throw inputErrorOf(error, path);
    }
    return 'ended';
  };
}

export interface MediaFolder {
  readonly path: string;
  /** Names of the segments, in order. */
  readonly segments: readonly string[];
  /** The init section that goes in front of each fragment; null = none. */
  readonly init: string | null;
  /** What else was there. */
  readonly skipped: readonly string[];
}

/** What a folder holds. Throws SP_INPUT_MISSING when that is no media. */
export async function readMediaFolder(path: string): Promise<MediaFolder> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && hasMediaName(entry.name))
    .map(({ name }) => name);
  const media: string[] = [];
  for (const name of names) if (await isPlainFile(join(path, name))) media.push(name);
  media.sort(naturalOrder);
  const fragments = media.some((name) => extname(name).toLowerCase() === '.m4s');
  const init = fragments ? (media.find((name) => /^init.*\.(mp4|m4s|m4v|m4a)$/i.test(name)) ?? null) : null;
  const segments = media.filter((name) => name !== init);
  if (segments.length === 0) throw new StreamprintError('SP_INPUT_MISSING', `${path} holds no media`);
  const skipped = entries.map(({ name }) => name).filter((name) => name !== init && !segments.includes(name));
  return { path, segments, init, skipped };
}

/**
 * A folder of segments as one stream. Files carry no capture times: all of them count as had when the first was
 * opened, and the media time that passes is told by the media.
 */
export function folderRun(folder: MediaFolder, stream: string, spoolDirectory: string): CaptureRun {
  return async (sink, signal) => {
    const spool = new Spool(spoolDirectory, stream);
    const at = utcMillis(sink.now());
    if (folder.skipped.length > 0) await sink.note(`skipped in ${folder.path}: ${listOf(folder.skipped)}`);
    for (const [sequence, name] of folder.segments.entries()) {
      signal.throwIfAborted();
      const place = { sequence, at, last: sequence === folder.segments.length - 1 };
      await sendOne(folder, name, place, spool, sink, signal);
    }
    return 'ended';
  };
}

interface Place {
  readonly sequence: number;
  readonly at: UtcMillis;
  readonly last: boolean;
}

async function sendOne(
  folder: MediaFolder,
  name: string,
  place: Place,
  spool: Spool,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  const path = resolve(folder.path, name);
  const isFragment = folder.init !== null && extname(name).toLowerCase() === '.m4s';
  try {
    await sink.segment(
      isFragment
        ? await joined(resolve(folder.path, folder.init ?? ''), path, place, spool, signal)
        : await inPlace(path, place, signal),
    );
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = messageOf(inputErrorOf(error, path));
    await sink.lost({ sequence: place.sequence, duration: 0, carries: 'both', reason });
  }
}

async function inPlace(path: string, place: Place, signal: AbortSignal): Promise<Segment> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { signal })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return segmentOf({ path, bytes, digest: hash.digest('hex') }, path, place, false);
}

async function joined(
  init: string,
  path: string,
  place: Place,
  spool: Spool,
  signal: AbortSignal,
): Promise<Segment> {
  async function* both(): AsyncGenerator<Uint8Array> {
    yield* createReadStream(init, { signal });
    yield* createReadStream(path, { signal });
  }
  return segmentOf(await spool.write('mp4', both()), path, place, true);
}

function segmentOf(
  file: Pick<Segment, 'path' | 'bytes' | 'digest'>,
  source: string,
  { sequence, at, last }: Place,
  owned: boolean,
): Segment {
  return {
    ...file,
    sequence,
    uri: pathToFileURL(source).href,
    firstByteAt: at,
    duration: 0,
    carries: 'both',
    discontinuity: false,
    programDateTime: null,
    last,
    owned,
  };
}

async function isPlainFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
