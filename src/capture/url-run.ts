import { StreamprintError } from '../domain/errors.js';
import { utcMillis } from '../domain/ids.js';
import { type Address, describeUrl, LIVE_PROTOCOLS, withoutCredentials } from './address.js';
import type { CaptureRun } from './capture.js';
import { captureDash } from './dash/dash-capture.js';
import { openDocument } from './document.js';
import { ffmpegInputOf } from './ffmpeg/ffmpeg-input.js';
import { captureHls } from './hls/hls-capture.js';
import { persistently } from './hls/load.js';
import { downloadMedia } from './media-download.js';
import type { CaptureContext } from './settings.js';
import { Spool } from './spool.js';
import { httpInput } from './ts/http-input.js';
import { liveRun } from './ts/live-run.js';

/**
 * Captures whatever an address leads to: a live stream, or a media file, which gives one segment.
 * @param isBroadcast it is known to lead to MPEG-TS without an end: servers count connections, so none is made to look
 */
export function urlRun(
  address: Address,
  stream: string,
  context: CaptureContext,
  isBroadcast = false,
): CaptureRun {
  if (LIVE_PROTOCOLS.has(address.url.protocol))
    return liveRun(withoutCredentials(address.url), stream, ffmpegInputOf(address, context), context);
  const broadcast = () =>
    liveRun(withoutCredentials(address.url), stream, httpInput(context.fetcher, address), context);
  if (isBroadcast) return broadcast();
  return async (sink, signal) => {
    const { retry, giveUpAfter } = context.timing;
    const persistence = { retry, giveUpAfter, random: context.random, spacing: 0 };
    const opened = await persistently(
      persistence,
      signal,
      (error) => sink.note(`${error.message}; trying again`),
      () => openDocument(context.fetcher, address, signal),
    );
    if (opened.kind === 'hls') return captureHls(address, stream, context, sink, signal);
    if (opened.kind === 'dash') return captureDash(address, stream, context, sink, signal);
    const shown = describeUrl(opened.address.url);
    if (opened.kind === 'list')
      throw new StreamprintError('SP_PLAYLIST', `${shown} is a list of channels, not a stream`);
    if (opened.kind !== 'media')
      throw new StreamprintError('SP_INPUT_NOT_MEDIA', `${shown} is text, neither playlist nor media`);
    if (opened.endless) return broadcast()(sink, signal);
    const firstByteAt = utcMillis(context.now());
    const file = await downloadMedia(context.fetcher, address, new Spool(context.spool, stream), {
      signal,
      retry,
      random: context.random,
    });
    await sink.segment({
      ...file,
      sequence: 0,
      uri: withoutCredentials(address.url),
      firstByteAt,
      duration: 0,
      carries: 'both',
      discontinuity: false,
      programDateTime: null,
      last: true,
    });
    return 'ended';
  };
}
