import { StreamprintError } from '../domain/errors.js';
import type { StreamId } from '../domain/ids.js';
import {
  type Address,
  describeUrl,
  LIVE_PROTOCOLS,
  operatorAddress,
  publicAddress,
  shownPath,
  withoutCredentials,
} from './address.js';
import { channelSources } from './channel-sources.js';
import { checkDash } from './dash/dash-capture.js';
import { openDocument } from './document.js';
import { checkHls } from './hls/hls-capture.js';
import type { CaptureOptions } from './options.js';
import { retrying } from './retry.js';
import type { CaptureContext } from './settings.js';
import type { Sources } from './source.js';
import { urlRun } from './url-run.js';

/** What an address that the operator named leads to. Throws what is wrong with it. */
export async function urlSources(
  target: string,
  context: CaptureContext,
  options: CaptureOptions,
): Promise<Sources> {
  const address = options.isPublic ? publicAddress(target) : operatorAddress(target, options.headers);
  if (address.url.protocol === 'file:')
    throw new StreamprintError('SP_USAGE', `${describeUrl(address.url)}: name a file by its path`);
  if (LIVE_PROTOCOLS.has(address.url.protocol)) return one(address, context);
  const { signal } = options;
  const { random, timing } = context;
  const policy = { signal, random };
  const opened = await retrying(timing.retry, policy, () => openDocument(context.fetcher, address, signal));
  const { kind } = opened;
  if (kind === 'list' || (kind === 'text' && /\.m3u8?$/i.test(address.url.pathname)))
    return channelSources(opened.text, opened.address, context, null);
  const shown = describeUrl(address.url);
  if (kind === 'text')
    throw new StreamprintError('SP_INPUT_NOT_MEDIA', `${shown} is text, neither playlist nor media`);
  if (kind === 'hls') await retrying(timing.retry, policy, () => checkHls(address, context, signal));
  if (kind === 'dash') await retrying(timing.retry, policy, () => checkDash(address, context, signal));
  return one(address, context, opened.kind === 'media' && opened.endless);
}

function one(address: Address, context: CaptureContext, isBroadcast = false): Sources {
  const name = `${address.url.host}${shownPath(address.url)}`.replace(/\.(m3u8?|mpd)$/i, '');
  const source = {
    tvgId: '',
    name,
    url: withoutCredentials(address.url),
    run: (id: StreamId) => urlRun(address, id, context, isBroadcast),
  };
  return { sources: [source], isList: false, notes: [] };
}
