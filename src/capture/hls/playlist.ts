import { type Manifest, type ParsedSegment, Parser } from 'm3u8-parser';
import { StreamprintError } from '../../domain/errors.js';
import type { ByteRange } from '../fetcher.js';
import { type PlaylistLines, readLines, type UriContext } from './playlist-lines.js';
import type { MediaPlaylist, MediaSegment, Playlist, Variant } from './playlist-types.js';

const DEFAULT_TARGET = 6;
const MAX_TARGET = 120;

/**
 * Reads a media or master playlist (RFC 8216, and what is found in the wild).
 * Throws SP_PLAYLIST, with `shown` as the name of the playlist, for what is none.
 */
export function parsePlaylist(text: string, shown: string): Playlist {
  const lines = readLines(text, shown);
  const manifest = parse(lines.text, shown);
  const variants = (manifest.playlists ?? []).flatMap(variantOf);
  if (variants.length > 0) return { kind: 'master', variants, audio: lines.audio };
  const announced = manifest.targetDuration !== undefined || manifest.mediaSequence !== undefined;
  if (manifest.segments.length === 0 && !announced)
    throw new StreamprintError('SP_PLAYLIST', `${shown} names no segments and no variants`);
  if (manifest.iFramesOnly === true)
    throw new StreamprintError('SP_PLAYLIST', `${shown} holds single pictures only: it is not followed`);
  return mediaPlaylist(manifest, lines);
}

function parse(text: string, shown: string): Manifest {
  const parser = new Parser();
  try {
    parser.push(text);
    parser.end();
  } catch (cause) {
    throw new StreamprintError('SP_PLAYLIST', `${shown} cannot be read as a playlist`, { cause });
  }
  return parser.manifest;
}

function variantOf(entry: ParsedSegment): Variant[] {
  const values = entry.attributes;
  if (values === undefined) return [];
  const size = values.RESOLUTION as { width?: number; height?: number } | undefined;
  return [
    {
      uri: entry.uri,
      width: positive(size?.width),
      height: positive(size?.height),
      bandwidth: positive(values.BANDWIDTH) ?? 0,
      codecs: String(values.CODECS ?? ''),
      audioGroup: typeof values.AUDIO === 'string' && values.AUDIO !== '' ? values.AUDIO : null,
    },
  ];
}

function mediaPlaylist(manifest: Manifest, lines: PlaylistLines): MediaPlaylist {
  const declared = positive(manifest.targetDuration);
  const longest = manifest.segments.reduce((max, { duration = 0 }) => Math.max(max, duration), 0);
  const target = declared ?? (longest || DEFAULT_TARGET);
  const firstSequence = Math.max(0, manifest.mediaSequence ?? 0);
  return {
    kind: 'media',
    targetDuration: Math.min(MAX_TARGET, target),
    firstSequence: Number.isSafeInteger(firstSequence) ? firstSequence : 0,
    ended: manifest.endList === true,
    segments: manifest.segments.map((entry, index) =>
      segmentOf(entry, firstSequence + index, lines.uris[index]),
    ),
  };
}

function segmentOf(entry: ParsedSegment, sequence: number, context: UriContext | undefined): MediaSegment {
  return {
    uri: entry.uri,
    sequence,
    duration: positive(entry.duration) ?? 0,
    range: rangeOf(entry.byterange),
    discontinuity: entry.discontinuity === true,
    gap: context?.gap ?? false,
    programDateTime: dateOf(entry),
    key: context?.key ?? null,
    map: context?.map ?? null,
  };
}

function rangeOf(range: ParsedSegment['byterange']): ByteRange | null {
  const length = positive(range?.length);
  const offset = range?.offset ?? 0;
  return length === null || !Number.isSafeInteger(offset) ? null : { offset, length };
}

/** What the tag says; for the segments after it, reckoned from their durations. */
function dateOf(entry: ParsedSegment): string | null {
  if (entry.dateTimeString !== undefined) return entry.dateTimeString.slice(0, 64);
  const date = new Date(entry.programDateTime ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}
