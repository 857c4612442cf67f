import { StreamprintError } from '../../domain/errors.js';
import { type Address, resolveAddress } from '../address.js';
import type { Fetcher } from '../fetcher.js';
import type { CaptureContext } from '../settings.js';
import type { Sink } from '../sink.js';
import { loadMediaPlaylist, loadPlaylist, persistently } from './load.js';
import type { MasterPlaylist } from './playlist-types.js';
import { captureRenditions, type Load } from './renditions.js';
import { type Choice, rankVariants } from './variant.js';

/** Variants that are tried before a master playlist counts as dead. */
const MAX_VARIANTS = 3;

interface Renditions {
  readonly main: Address;
  readonly audio: Address | null;
}

/**
 * Looks once whether an address leads to a stream that can be followed.
 * Throws what is wrong with it, for an error that is told at once.
 */
export async function checkHls(
  start: Address,
  { fetcher }: CaptureContext,
  signal: AbortSignal,
): Promise<void> {
  const { playlist, address } = await loadPlaylist(fetcher, start, signal);
  if (playlist.kind === 'master') await firstThatWorks(playlist, address, fetcher, async () => {}, signal);
}

/** Captures an HLS stream, live or recorded, until it ends. Throws what makes it unreachable for good. */
export async function captureHls(
  start: Address,
  stream: string,
  context: CaptureContext,
  sink: Sink,
  signal: AbortSignal,
): Promise<string> {
  const { main, audio } = await findRenditions(start, context, sink, signal);
  const from = (address: Address): Load => {
    return (inner) => loadMediaPlaylist(context.fetcher, address, inner);
  };
  return captureRenditions(from(main), audio && from(audio), stream, context, sink, signal);
}

async function findRenditions(
  start: Address,
  context: CaptureContext,
  sink: Sink,
  signal: AbortSignal,
): Promise<Renditions> {
  const { fetcher, random, timing } = context;
  const persistence = { retry: timing.retry, giveUpAfter: timing.giveUpAfter, random, spacing: 0 };
  const onFailure = (error: StreamprintError) => sink.note(`${error.message}; trying again`);
  return persistently(persistence, signal, onFailure, async () => {
    const { playlist, address } = await loadPlaylist(fetcher, start, signal);
    if (playlist.kind === 'media') return { main: start, audio: null };
    const choice = await firstThatWorks(playlist, address, fetcher, (message) => sink.note(message), signal);
    await sink.note(choice.description);
    return {
      main: resolveAddress(address, choice.variant.uri),
      audio: choice.audio === null ? null : resolveAddress(address, choice.audio.uri),
    };
  });
}

async function firstThatWorks(
  master: MasterPlaylist,
  address: Address,
  fetcher: Fetcher,
  note: (message: string) => Promise<void>,
  signal: AbortSignal,
): Promise<Choice> {
  let failure: unknown = null;
  for (const choice of rankVariants(master).slice(0, MAX_VARIANTS)) {
    try {
      await loadMediaPlaylist(fetcher, resolveAddress(address, choice.variant.uri), signal);
      return choice;
    } catch (error) {
      if (signal.aborted || !(error instanceof StreamprintError)) throw error;
      failure ??= error;
      await note(`a variant does not work: ${error.message}`);
    }
  }
  throw failure;
}
