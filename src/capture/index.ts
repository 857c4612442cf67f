import { StreamprintError } from '../domain/errors.js';
import type { Capture } from '../domain/segment.js';
import { isUrl } from './address.js';
import { startableCapture } from './capture.js';
import { HttpClient } from './http.js';
import type { CaptureOptions } from './options.js';
import { pathSources } from './path-sources.js';
import { type CaptureContext, DEFAULT_TIMING } from './settings.js';
import type { Sources } from './source.js';
import { StreamIds } from './stream-ids.js';
import { urlSources } from './url-sources.js';

export { type FetchMediaOptions, fetchMedia } from './media-download.js';
export type { CaptureOptions } from './options.js';

export interface TargetError {
  readonly target: string;
  readonly error: StreamprintError;
}

export interface OpenedSources {
  /** In the order of the targets; each starts when its events are read. */
  readonly captures: readonly Capture[];
  /** Targets that cannot be captured. */
  readonly errors: readonly TargetError[];
  /** Lines of channel lists that could not be used, and the like. */
  readonly notes: readonly string[];
}

/** Targets that are looked at together. */
const OPEN_TOGETHER = 8;

/**
 * Turns what the operator names into captures: a media file, a folder of segments, a playlist (HLS, or a list of
 * channels, which gives one capture a channel), or the address of one. A target that does not work is an
 * error of its own and leaves the others unharmed; what a channel list names is not looked at before its
 * capture starts. When the signal is aborted meanwhile, what was not yet opened is left out.
 */
export async function openSources(
  targets: readonly string[],
  options: CaptureOptions,
): Promise<OpenedSources> {
  const http = new HttpClient(options.http);
  options.signal.addEventListener('abort', () => void http.close(), { once: true });
  const { giveUpAfter, timing } = options;
  const context: CaptureContext = {
    fetcher: http,
    spool: options.spool,
    timing: { ...DEFAULT_TIMING, ...timing, ...(giveUpAfter === undefined ? {} : { giveUpAfter }) },
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
  };
  const found = await inGroups(targets, OPEN_TOGETHER, (target) => open(target, context, options));
  const ids = new StreamIds();
  const captures: Capture[] = [];
  const errors: TargetError[] = [];
  const notes: string[] = [];
  for (const [index, result] of found.entries()) {
    if (result instanceof StreamprintError) {
      errors.push({ target: targets[index] ?? '', error: result });
      continue;
    }
    notes.push(...result.notes);
    for (const { tvgId, name, url, run } of result.sources) {
      const id = ids.assign({ tvgId, name, url });
      if (id === null) notes.push(`${name} is listed more than twice with the same address: once is enough`);
      else captures.push(startableCapture({ id, name, url }, options.signal, context.now, run(id)));
    }
  }
  return { captures, errors, notes };
}

async function open(
  target: string,
  context: CaptureContext,
  options: CaptureOptions,
): Promise<Sources | StreamprintError> {
  try {
    return isUrl(target)
      ? await urlSources(target, context, options)
      : await pathSources(target, context, options);
  } catch (error) {
    if (options.signal.aborted) return { sources: [], notes: [] };
    if (error instanceof StreamprintError) return error;
    throw error;
  }
}

async function inGroups<T, R>(
  items: readonly T[],
  size: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += size)
    results.push(...(await Promise.all(items.slice(at, at + size).map(work))));
  return results;
}
