import { StreamprintError } from '../domain/errors.js';
import { type Address, describeUrl, isUrl, newHome, resolveAddress, withoutCredentials } from './address.js';
import { HttpProxy } from './http-proxy.js';
import { type Channel, parseChannelList } from './m3u.js';
import type { CaptureContext } from './settings.js';
import type { Source, Sources } from './source.js';
import { urlRun } from './url-run.js';

/**
 * One source for each channel of a list. `base` is where the list was found: what it names is as trusted as it
 * is itself. `fromPath` opens entries that are paths of this machine, where the list may name some.
 */
export function channelSources(
  text: string,
  base: Address,
  context: CaptureContext,
  fromPath: ((path: string, channel: Channel) => Source) | null,
): Sources {
  const shown = describeUrl(base.url);
  const { channels, notes } = parseChannelList(text);
  if (channels.length === 0) throw new StreamprintError('SP_PLAYLIST', `${shown} names no channels`);
  const said = notes.map((note) => `${shown}, ${note}`);
  const sources: Source[] = [];
  for (const channel of channels) {
    try {
      const isPath = fromPath !== null && !isUrl(channel.reference);
      sources.push(isPath ? fromPath(channel.reference, channel) : addressSource(channel, base, context));
    } catch (error) {
      if (!(error instanceof StreamprintError)) throw error;
      said.push(`${shown}, line ${channel.line}: ${error.message}`);
    }
  }
  return { sources, isList: true, notes: said };
}

/** A proxy leads anywhere in its own network: whoever may not name such an address may not name a proxy. */
function proxyOf(proxy: string, base: Address): HttpProxy {
  if (!base.mayBeInternal)
    throw new StreamprintError('SP_FETCH_REFUSED', 'a list from the public network cannot name a proxy');
  return new HttpProxy(proxy);
}

function addressSource(channel: Channel, base: Address, context: CaptureContext): Source {
  const direct = newHome(resolveAddress(base, channel.reference), channel.headers);
  const address = channel.proxy === null ? direct : { ...direct, proxy: proxyOf(channel.proxy, base) };
  return {
    tvgId: channel.tvgId,
    name: channel.name,
    url: withoutCredentials(address.url),
    run: (id) => urlRun(address, id, context),
  };
}
