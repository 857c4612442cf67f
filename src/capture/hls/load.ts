import { StreamprintError } from '../../domain/errors.js';
import { type Address, describeUrl } from '../address.js';
import { openDocument } from '../document.js';
import type { Fetcher } from '../fetcher.js';
import { HttpError } from '../http-error.js';
import { backoff, type RetryPolicy } from '../retry.js';
import { sleep } from '../wait.js';
import { parsePlaylist } from './playlist.js';
import { MAX_PLAYLIST_BYTES } from './playlist-lines.js';
import type { MediaPlaylist, Playlist } from './playlist-types.js';

/** A playlist and where it was found in the end. */
export interface Loaded<T extends Playlist = Playlist> {
  readonly playlist: T;
  readonly address: Address;
}

/** Fetches a playlist once. Throws SP_PLAYLIST for what is none, and what the fetcher throws. */
export async function loadPlaylist(fetcher: Fetcher, at: Address, signal: AbortSignal): Promise<Loaded> {
  const opened = await openDocument(fetcher, at, signal);
  const shown = describeUrl(opened.address.url);
  if (opened.kind === 'list')
    throw new StreamprintError('SP_PLAYLIST', `${shown} is a list of channels, not a stream`);
  if (opened.kind !== 'hls') throw new StreamprintError('SP_PLAYLIST', `${shown} is no playlist`);
  if (opened.text.length > MAX_PLAYLIST_BYTES)
    throw new StreamprintError(
      'SP_PLAYLIST',
      `${shown} is longer than ${MAX_PLAYLIST_BYTES / 2 ** 20} MiB: not followed`,
    );
  return { playlist: parsePlaylist(opened.text, shown), address: opened.address };
}

/** Fetches what has to be a media playlist: a master playlist here leads in circles. */
export async function loadMediaPlaylist(
  fetcher: Fetcher,
  at: Address,
  signal: AbortSignal,
): Promise<Loaded<MediaPlaylist>> {
  const { playlist, address } = await loadPlaylist(fetcher, at, signal);
  if (playlist.kind === 'master')
    throw new StreamprintError(
      'SP_PLAYLIST',
      `${describeUrl(at.url)}: a master playlist inside a master playlist, not followed`,
    );
  return { playlist, address };
}

export interface Persistence {
  readonly retry: RetryPolicy;
  /** How long failures may go on before the stream counts as gone, ms. */
  readonly giveUpAfter: number;
  readonly random: () => number;
  /** The least time between two tries, ms. */
  readonly spacing: number;
}

/** Failures in a row that end a stream at once, when the server says that there is nothing. */
const DEFINITE_FAILURES = 3;

/**
 * Loads until it works: through errors and time-outs up to `giveUpAfter`, through answers that say that there
 * is no such playlist three times. Throws the last error then.
 */
export async function persistently<T>(
  { retry, giveUpAfter, random, spacing }: Persistence,
  signal: AbortSignal,
  onFailure: (error: StreamprintError) => Promise<void>,
  load: () => Promise<T>,
): Promise<T> {
  const since = performance.now();
  let definite = 0;
  for (let failures = 1; ; failures++) {
    try {
      return await load();
    } catch (error) {
      if (signal.aborted || !(error instanceof StreamprintError)) throw error;
      definite = isDefinite(error) ? definite + 1 : 0;
      const patience = giveUpAfter - (performance.now() - since);
      if (error.code === 'SP_FETCH_REFUSED' || definite >= DEFINITE_FAILURES || patience <= 0) throw error;
      if (failures === 1) await onFailure(error);
      const wait = Math.max(spacing, backoff(retry, failures, random, error));
      await sleep(Math.min(wait, Math.max(0, patience)), signal);
    }
  }
}

/** Whether the source says that there is nothing, rather than nothing for now. */
function isDefinite(error: StreamprintError): boolean {
  if (!(error instanceof HttpError)) return true;
  return error.status === null ? !error.transient : error.status === 404 || error.status === 410;
}
