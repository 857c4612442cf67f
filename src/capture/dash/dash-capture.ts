import { StreamprintError } from '../../domain/errors.js';
import { type Address, describeUrl } from '../address.js';
import { persistently } from '../hls/load.js';
import { captureRenditions, type Load } from '../hls/renditions.js';
import type { CaptureContext } from '../settings.js';
import type { Sink } from '../sink.js';
import { chosen, DashPlaylist, loadManifest } from './dash-playlist.js';
import type { Kind, Manifest } from './manifest.js';

/** Looks once whether an address leads to a stream that can be followed. Throws what is wrong with it. */
export async function checkDash(
  at: Address,
  { fetcher, now }: CaptureContext,
  signal: AbortSignal,
): Promise<void> {
  await loadManifest(fetcher, at, signal, now);
}

/** Captures an MPEG-DASH stream, live or recorded, until it ends. Throws what makes it unreachable for good. */
export async function captureDash(
  at: Address,
  stream: string,
  context: CaptureContext,
  sink: Sink,
  signal: AbortSignal,
): Promise<string> {
  const { fetcher, timing, random, now } = context;
  const persistence = { retry: timing.retry, giveUpAfter: timing.giveUpAfter, random, spacing: 0 };
  const onFailure = (error: StreamprintError) => sink.note(`${error.message}; trying again`);
  const { manifest } = await persistently(persistence, signal, onFailure, () =>
    loadManifest(fetcher, at, signal, now),
  );
  const follow = (kind: Kind): Load | null => {
    if (chosen(manifest, kind).length === 0) return null;
    const playlist = new DashPlaylist(fetcher, at, kind, now);
    return (inner) => playlist.load(inner);
  };
  await sink.note(describe(manifest));
  const [pictures, sound] = [follow('video'), follow('audio')];
  const main = pictures ?? sound;
  if (main === null)
    throw new StreamprintError('SP_PLAYLIST', `${describeUrl(at.url)} holds no pictures and no sound`);
  return captureRenditions(main, pictures && sound, stream, context, sink, signal);
}

function describe(manifest: Manifest): string {
  const [picture] = chosen(manifest, 'video');
  const [sound] = chosen(manifest, 'audio');
  const size = picture
    ? `${picture.width ?? '?'}×${picture.height ?? '?'}, ${rate(picture.bandwidth)}`
    : 'no pictures';
  return `DASH, ${manifest.live ? 'live' : 'recorded'}: ${size}; sound ${sound ? rate(sound.bandwidth) : 'none'}`;
}

const rate = (bandwidth: number): string => `${Math.round(bandwidth / 1000)} kbit/s`;
