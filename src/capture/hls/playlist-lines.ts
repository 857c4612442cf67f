import { StreamprintError } from '../../domain/errors.js';
import { type Attributes, parseAttributes, parseByteRange } from './attributes.js';
import type { AudioRendition, InitSection, SegmentKey } from './playlist-types.js';

export const MAX_PLAYLIST_BYTES = 8 * 2 ** 20;
export const MAX_PLAYLIST_SEGMENTS = 100_000;
const MAX_LINE = 64 * 1024;
const MAX_RENDITIONS = 1_000;

/** What a line of the playlist says about one URI, besides what m3u8-parser reads. */
export interface UriContext {
  readonly key: SegmentKey | null;
  readonly map: InitSection | null;
  readonly gap: boolean;
}

export interface PlaylistLines {
  /** What m3u8-parser is given. */
  readonly text: string;
  /** One entry a URI line, in order. */
  readonly uris: readonly UriContext[];
  readonly audio: readonly AudioRendition[];
}

/**
 * Tags that m3u8-parser may see. The others are either read here (keys, whose formats it drops without a word;
 * renditions, whose group names it uses as object keys unchecked) or not needed: some of them cost it time
 * that grows with the square of their number.
 */
const PASSED =
  /^#(EXTM3U|EXTINF:|EXT-X-(VERSION|TARGETDURATION|MEDIA-SEQUENCE|DISCONTINUITY|ENDLIST|PLAYLIST-TYPE|BYTERANGE|PROGRAM-DATE-TIME|I-FRAMES-ONLY)\b)/;
const STREAM_INF_VALUES = ['BANDWIDTH', 'RESOLUTION', 'CODECS', 'AUDIO'];

/** Goes through a playlist's lines once. Throws SP_PLAYLIST when a bound is passed. */
export function readLines(text: string, shown: string): PlaylistLines {
  const reader = new LineReader(shown);
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) reader.take(line.trim());
  return reader;
}

class LineReader implements PlaylistLines {
  readonly uris: UriContext[] = [];
  readonly audio: AudioRendition[] = [];
  private readonly passed: string[] = [];
  private key: SegmentKey | null = null;
  private keyIsOfThisUri = false;
  private map: InitSection | null = null;
  private gap = false;

  constructor(private readonly shown: string) {}

  get text(): string {
    return this.passed.join('\n');
  }

  take(line: string): void {
    if (line === '') return;
    if (line.length > MAX_LINE) this.fail(`has a line of more than ${MAX_LINE} characters`);
    if (!line.startsWith('#')) this.takeUri(line);
    else if (PASSED.test(line)) this.passed.push(line);
    else if (line.startsWith('#EXT-X-KEY:')) this.takeKey(attributesOf(line));
    else if (line.startsWith('#EXT-X-MAP:')) this.takeMap(attributesOf(line));
    else if (line.startsWith('#EXT-X-STREAM-INF:')) this.passed.push(streamInf(attributesOf(line)));
    else if (line.startsWith('#EXT-X-MEDIA:')) this.takeRendition(attributesOf(line));
    else if (line === '#EXT-X-GAP') this.gap = true;
  }

  private takeUri(line: string): void {
    if (this.uris.length >= MAX_PLAYLIST_SEGMENTS)
      this.fail(`names more than ${MAX_PLAYLIST_SEGMENTS} segments`);
    this.passed.push(line);
    this.uris.push({ key: this.key, map: this.map, gap: this.gap });
    this.gap = false;
    this.keyIsOfThisUri = false;
  }

  /** Several keys in a row are the same key for several systems: the plain one is ours. */
  private takeKey(attributes: Attributes): void {
    const key = keyOf(attributes);
    if (this.keyIsOfThisUri && this.key?.method === 'AES-128') return;
    this.key = key;
    this.keyIsOfThisUri = key !== null;
  }

  private takeMap(attributes: Attributes): void {
    const uri = attributes.get('URI') ?? '';
    const range = parseByteRange(attributes.get('BYTERANGE') ?? '');
    const bytes = range === null ? null : { offset: range.offset ?? 0, length: range.length };
    this.map = uri === '' ? null : { uri, range: bytes, key: this.key };
  }

  private takeRendition(attributes: Attributes): void {
    if (attributes.get('TYPE') !== 'AUDIO') return;
    if (this.audio.length >= MAX_RENDITIONS) this.fail(`names more than ${MAX_RENDITIONS} renditions`);
    this.audio.push({
      group: attributes.get('GROUP-ID') ?? '',
      name: attributes.get('NAME') ?? '',
      language: attributes.get('LANGUAGE') ?? '',
      isDefault: attributes.get('DEFAULT') === 'YES',
      autoselect: attributes.get('AUTOSELECT') === 'YES',
      uri: attributes.get('URI') || null,
    });
  }

  private fail(what: string): never {
    throw new StreamprintError('SP_PLAYLIST', `${this.shown} ${what}: not followed`);
  }
}

function attributesOf(line: string): Attributes {
  return parseAttributes(line.slice(line.indexOf(':') + 1));
}

function keyOf(attributes: Attributes): SegmentKey | null {
  const method = attributes.get('METHOD') ?? 'AES-128';
  if (method === 'NONE') return null;
  const format = attributes.get('KEYFORMAT') ?? 'identity';
  const uri = attributes.get('URI') ?? '';
  const iv = attributes.get('IV');
  if (method !== 'AES-128') return { method: 'unsupported', reason: `encrypted with ${shorten(method)}` };
  if (format !== 'identity')
    return { method: 'unsupported', reason: `its key is in the format ${shorten(format)}` };
  if (uri === '') return { method: 'unsupported', reason: 'encrypted, and the playlist names no key' };
  if (iv === undefined) return { method: 'AES-128', uri, iv: null };
  const digits = /^0x([0-9a-f]{1,32})$/i.exec(iv)?.[1];
  if (digits === undefined) return { method: 'unsupported', reason: 'its initialisation vector is damaged' };
  return { method: 'AES-128', uri, iv: Buffer.from(digits.padStart(32, '0'), 'hex') };
}

/** The tag written anew with the values that are used: m3u8-parser's way with odd lists costs too much time. */
function streamInf(attributes: Attributes): string {
  const list = STREAM_INF_VALUES.filter((name) => attributes.has(name)).map(
    (name) => `${name}="${(attributes.get(name) ?? '').replaceAll('"', '')}"`,
  );
  return `#EXT-X-STREAM-INF:${list.length === 0 ? 'BANDWIDTH=0' : list.join(',')}`;
}

function shorten(text: string): string {
  return text.slice(0, 40);
}
