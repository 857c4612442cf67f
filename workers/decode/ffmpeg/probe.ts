import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Seconds } from '../../../fingerprints/units.js';
import { TaskFailure } from '../../failure.js';
import { CONTAINERS, checkInputFile, containerOfFew, notMedia } from '../input-file.js';
import { languageOf, type TrackFacts } from '../selection.js';
import { FFPROBE, SILENT_MS } from './programs.js';

export interface ProbedStream extends TrackFacts {
  readonly width: number;
  readonly height: number;
  /** Width of a pixel by its height; null = not stated. */
  readonly pixelAspect: number | null;
  /** Degrees clockwise. */
  readonly turn: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly language: string | null;
  readonly sampleCount: number;
}

/** A packet, in the order in which it lies in the file. Times in seconds; null = not stated. */
export interface ProbedPacket {
  readonly stream: number;
  readonly pts: Seconds | null;
  readonly dts: Seconds | null;
  readonly duration: Seconds;
  readonly isKey: boolean;
  /** Decoded only for the sake of what follows. */
  readonly isLeadIn: boolean;
}

export interface Probed {
  readonly container: string;
  readonly start: Seconds | null;
  readonly duration: Seconds | null;
  readonly streams: readonly ProbedStream[];
  readonly packets: readonly ProbedPacket[];
}

const DISPOSITIONS =
  'default,attached_pic,timed_thumbnails,still_image,comment,hearing_impaired,visual_impaired,descriptions';
const ENTRIES = [
  'format=format_name,start_time,duration',
  'stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,sample_rate,channels,nb_frames',
  `stream_disposition=${DISPOSITIONS}`,
  'stream_tags=language',
  'stream_side_data=rotation',
  'packet=stream_index,pts_time,dts_time,duration_time,flags',
].join(':');

/** How the programs must read a file: what keeps them to it, and what it is where they would not know. */
export function readingOf(path: string): string[] {
  const container = containerOfFew(path, checkInputFile(path).size);
  return [
    ...['-format_whitelist', CONTAINERS],
    ...['-protocol_whitelist', 'file,pipe'],
    // Wraps are undone by our own time line: the library's way depends on where the input begins.
    ...['-correct_ts_overflow', '0'],
    ...(container ? ['-f', container] : []),
  ];
}

/** Lists tracks and packets without decoding. @throws TaskFailure */
export async function probe(path: string): Promise<Probed> {
  const fields: { format: Fields | null; streams: ProbedStream[]; packets: ProbedPacket[] } = {
    format: null,
    streams: [],
    packets: [],
  };
  const errors = await eachLine(path, (line) => {
    const record = parse(line);
    if (record.kind === 'packet') fields.packets.push(packetOf(record.fields));
    else if (record.kind === 'stream') addStream(fields.streams, streamOf(record.fields));
    else if (record.kind === 'format') fields.format = record.fields;
  });
  const { format, streams, packets } = fields;
  if (!format) throw notMedia(path, errors.replace(`file:${path}: `, '') || 'ffprobe says nothing about it');
  return {
    container: format.format_name ?? 'unknown',
    start: seconds(format.start_time),
    duration: seconds(format.duration),
    streams,
    packets,
  };
}

type Fields = Readonly<Record<string, string>>;

function eachLine(path: string, line: (text: string) => void): Promise<string> {
  const args = [
    '-v',
    'error',
    ...readingOf(path),
    '-show_entries',
    ENTRIES,
    '-of',
    'compact=p=1:nk=0',
    `file:${path}`,
  ];
  const child = spawn(FFPROBE, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors = (errors + text).slice(-500);
  });
  return new Promise((resolve, reject) => {
    const timedOut = () => {
      child.kill('SIGKILL');
      reject(new TaskFailure('SP_INPUT_TIMEOUT', `${path}: ffprobe hung on it.`));
    };
    let timer = setTimeout(timedOut, SILENT_MS);
    createInterface({ input: child.stdout }).on('line', (text) => {
      clearTimeout(timer);
      timer = setTimeout(timedOut, SILENT_MS);
      line(text);
    });
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(errors.trim().split('\n').at(-1) ?? '');
    });
  });
}

/** `stream|index=0|…|side_data|rotation=-90` */
function parse(line: string): { kind: string; fields: Fields } {
  const [kind = '', ...parts] = line.split('|');
  const fields: Record<string, string> = {};
  for (const part of parts) {
    const at = part.indexOf('=');
    if (at > 0) fields[part.slice(0, at).replace('side_data:', '')] = part.slice(at + 1);
  }
  return { kind, fields };
}

/** Those of a programme of an MPEG-TS are listed with it, and once more by themselves. */
function addStream(streams: ProbedStream[], stream: ProbedStream): void {
  if (!streams.some(({ index }) => index === stream.index)) streams.push(stream);
}

function packetOf(f: Fields): ProbedPacket {
  return {
    stream: Number(f.stream_index),
    pts: seconds(f.pts_time),
    dts: seconds(f.dts_time),
    duration: seconds(f.duration_time) ?? 0,
    isKey: f.flags?.startsWith('K') ?? false,
    isLeadIn: f.flags?.includes('D') ?? false,
  };
}

function streamOf(f: Fields): ProbedStream {
  const is = (...names: string[]) => names.some((name) => f[`disposition:${name}`] === '1');
  return {
    index: Number(f.index),
    kind: f.codec_type === 'video' || f.codec_type === 'audio' ? f.codec_type : 'other',
    codec: f.codec_name ?? 'unknown',
    // Pictures whose size ffprobe could not find out are damaged beyond decoding.
    decodable: f.codec_name !== undefined && f.codec_name !== 'unknown' && f.width !== '0',
    isDefault: is('default'),
    isCover: is('attached_pic', 'timed_thumbnails', 'still_image'),
    isExtra: is('comment', 'hearing_impaired', 'visual_impaired', 'descriptions'),
    width: Number(f.width ?? 0),
    height: Number(f.height ?? 0),
    pixelAspect: ratio(f.sample_aspect_ratio),
    turn: ((-Number(f.rotation ?? 0) % 360) + 360) % 360 || 0,
    sampleRate: Number(f.sample_rate ?? 0),
    channels: Number(f.channels ?? 0),
    language: languageOf(f['tag:language']),
    sampleCount: Number(f.nb_frames ?? 0) || 0,
  };
}

function seconds(text: string | undefined): Seconds | null {
  const value = Number(text);
  return text === undefined || Number.isNaN(value) ? null : value;
}

function ratio(text: string | undefined): number | null {
  const [num, den] = (text ?? '').split(':').map(Number);
  return num && den && num > 0 && den > 0 ? num / den : null;
}
