import { closeSync, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs';
import { TaskFailure } from '../failure.js';

/**
 * What may be demuxed: containers that hold their media themselves. Playlists and scripts that point at
 * other files or addresses (hls, dash, concat, sdp, image sequences …) are not among them.
 */
export const CONTAINERS = [
  ...[
    'mpegts',
    'mov',
    'matroska',
    'flv',
    'avi',
    'ogg',
    'asf',
    'mpeg',
    'mxf',
    'nut',
    'gxf',
    'rm',
    'wtv',
    'dv',
    'ivf',
  ],
  ...[
    'mp3',
    'aac',
    'ac3',
    'eac3',
    'dts',
    'flac',
    'wav',
    'w64',
    'aiff',
    'au',
    'caf',
    'amr',
    'wv',
    'tta',
    'loas',
  ],
  ...['h264', 'hevc', 'm4v', 'mpegvideo', 'vc1', 'av1', 'obu'],
].join(',');

/** @throws TaskFailure when there is no file, or nothing in it. */
export function checkInputFile(path: string): Stats {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new TaskFailure('SP_INPUT_MISSING', `${path}: there is no such file.`);
  if (!stats.isFile()) throw new TaskFailure('SP_INPUT_NOT_MEDIA', `${path}: this is not a file.`);
  if (stats.size === 0) throw new TaskFailure('SP_INPUT_EMPTY', `${path}: the file is empty.`);
  return stats;
}

const TS_PACKET = 188;
const TS_SYNC = 0x47;
/** So few packets of an MPEG-TS are taken for whatever lies in them: the last segment of a stream may be as short. */
const FEW_PACKETS = 16;

/** How a file must be read that libavformat would take for something else; null = as it finds out itself. */
export function containerOfFew(path: string, bytes: number): 'mpegts' | null {
  if (bytes > FEW_PACKETS * TS_PACKET || bytes % TS_PACKET !== 0) return null;
  const packets = readFileSync(path);
  for (let at = 0; at < packets.length; at += TS_PACKET) if (packets[at] !== TS_SYNC) return null;
  return 'mpegts';
}

/** @param reason what the decoder says; where the file is text, that says more */
export function notMedia(path: string, reason: string): TaskFailure {
  const why = textIn(path) ?? reason;
  return new TaskFailure('SP_INPUT_NOT_MEDIA', `${path}: this is not media that can be read (${why}).`);
}

/** What kind of text a file begins with; null = it is none. */
function textIn(path: string): string | null {
  const head = Buffer.alloc(256);
  const fd = openSync(path, 'r');
  const text = head.toString('latin1', 0, readSync(fd, head, 0, head.length, 0));
  closeSync(fd);
  if (text.startsWith('#EXTM3U') || text.startsWith('ffconcat')) return 'it is a playlist';
  if (/^\s*<(!doctype html|html|\?xml)/i.test(text)) return 'it is a web page or the like';
  return /^[\t\n\r\x20-\x7e]+$/.test(text) ? 'it is text' : null;
}
