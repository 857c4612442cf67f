import { open, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StreamprintError } from '../domain/errors.js';
import type { StreamId } from '../domain/ids.js';
import { type Address, operatorAddress } from './address.js';
import type { CaptureRun } from './capture.js';
import { channelSources } from './channel-sources.js';
import { captureDash, checkDash } from './dash/dash-capture.js';
import { isHls, MAX_DOCUMENT_BYTES } from './document.js';
import { FileFetcher } from './file-fetcher.js';
import { fileRun, folderRun, readMediaFolder } from './files.js';
import { captureHls, checkHls } from './hls/hls-capture.js';
import { inputErrorOf } from './input-error.js';
import { parseChannelList } from './m3u.js';
import type { CaptureOptions } from './options.js';
import type { CaptureContext } from './settings.js';
import { SNIFF_BYTES, sniff } from './sniff.js';
import type { Source, Sources } from './source.js';

/** What a path that the operator named holds. Throws what is wrong with it. */
export async function pathSources(
  target: string,
  context: CaptureContext,
  options: CaptureOptions,
): Promise<Sources> {
  try {
    return await look(target, context, options);
  } catch (error) {
    throw inputErrorOf(error, target);
  }
}

async function look(target: string, context: CaptureContext, options: CaptureOptions): Promise<Sources> {
  const found = await stat(target);
  if (found.isDirectory()) {
    const folder = await readMediaFolder(target);
    return one(pathSource(target, basename(resolve(target)), (id) => folderRun(folder, id, context.spool)));
  }
  if (!found.isFile())
    throw new StreamprintError('SP_INPUT_MISSING', `${target} is neither a file nor a folder`);
  if (found.size === 0) throw new StreamprintError('SP_INPUT_EMPTY', `${target} is empty`);
  const kind = sniff(await headOf(target));
  const named = /^\.m3u8?$/i.test(extname(target));
  if (kind === 'page' && named)
    throw new StreamprintError('SP_PLAYLIST', `${target} is a web page, not a playlist`);
  if (kind === 'playlist' || (kind === 'text' && named))
    return playlistSources(target, found.size, context, options);
  if (named) throw new StreamprintError('SP_PLAYLIST', `${target} is no playlist`);
  if (kind === 'text' && /^\.mpd$/i.test(extname(target))) {
    const base = operatorAddress(pathToFileURL(resolve(target)), options.headers);
    const local = localContext(target, context);
    await checkDash(base, local, options.signal);
    return one(
      pathSource(
        target,
        nameOf(target),
        (id) => (sink, signal) => captureDash(base, id, local, sink, signal),
      ),
    );
  }
  return one(pathSource(target, nameOf(target), () => fileRun(target)));
}

async function playlistSources(
  target: string,
  size: number,
  context: CaptureContext,
  options: CaptureOptions,
): Promise<Sources> {
  if (size > MAX_DOCUMENT_BYTES)
    throw new StreamprintError(
      'SP_INPUT_TOO_LARGE',
      `${target}: larger than the ${MAX_DOCUMENT_BYTES / 2 ** 20} MiB that are allowed`,
    );
  const text = await readFile(target, 'utf8');
  const base = operatorAddress(pathToFileURL(resolve(target)), options.headers);
  if (target === options.mayBeEmpty && parseChannelList(text).channels.length === 0)
    return { sources: [], isList: true, notes: [] };
  if (!isHls(text))
    return channelSources(text, base, context, (path, channel) => {
      const file = resolve(dirname(target), path);
      const source = pathSource(file, channel.name, (id) => entryRun(file, id, context, options));
      return { ...source, tvgId: channel.tvgId };
    });
  const local = localContext(target, context);
  await checkHls(base, local, options.signal);
  return one(pathSource(target, nameOf(target), (id) => hlsRun(base, id, local)));
}

/** A channel list's entry that is a path is looked at when its capture starts, as all its entries are. */
function entryRun(file: string, id: StreamId, context: CaptureContext, options: CaptureOptions): CaptureRun {
  return async (sink, signal) => {
    const { sources } = await pathSources(file, context, options);
    const [only] = sources;
    if (only === undefined || sources.length > 1)
      throw new StreamprintError('SP_PLAYLIST', `${file} is a list of channels, not a stream`);
    return only.run(id)(sink, signal);
  };
}

/** A local playlist opens files beneath its own folder, and what it names on the network. */
function localContext(target: string, context: CaptureContext): CaptureContext {
  return { ...context, fetcher: new FileFetcher(dirname(resolve(target)), context.fetcher) };
}

function hlsRun(address: Address, id: StreamId, context: CaptureContext): CaptureRun {
  return (sink, signal) => captureHls(address, id, context, sink, signal);
}

function pathSource(path: string, name: string, run: Source['run']): Source {
  return { tvgId: '', name, url: pathToFileURL(resolve(path)).href, run };
}

function one(source: Source): Sources {
  return { sources: [source], isList: false, notes: [] };
}

function nameOf(path: string): string {
  return basename(path, extname(path));
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
