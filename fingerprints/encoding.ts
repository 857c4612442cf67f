import { crc32 } from './crc32.js';
import { FingerprintFormatError } from './format-error.js';
import { decodeLandmarks, encodeLandmarks } from './landmark-encoding.js';
import { MAX_AUDIO_TRACKS } from './reference-builder.js';
import type { AudioTrackFingerprint, ReferenceFingerprint, VideoFingerprint } from './types.js';
import { HASH_BYTES, ROW_BYTES } from './units.js';

/** The layout is described in docs/algorithm.md, "Binary encoding". Everything is little endian. */
const MAGIC = 0x50465053; // 'SPFP'
export const FORMAT_VERSION = 1;
/** Part of the encoding: a reader refuses what it was not written for. */
export const VIDEO_ALGORITHM = 'dct144/2';
/** The whole picture alone: its other regions are read as saying nothing. */
const WHOLE_ONLY_ALGORITHM = 'dct144/1';
export const AUDIO_ALGORITHM = 'landmarks+words/2';

const HEADER = 20;
const SECTION_HEADER = 32;
const NAME_BYTES = 20;
const CRC_BYTES = 4;
const MAX_SECTIONS = 1 + MAX_AUDIO_TRACKS;

interface Section {
  readonly algorithm: string;
  /** Rows, or words. */
  readonly items: number;
  readonly landmarks: number;
  readonly body: Uint8Array;
}

/** @throws RangeError when the fingerprint breaks its own contract (types.ts), which is a bug */
export function encodeFingerprint(fingerprint: ReferenceFingerprint): Uint8Array {
  const sections = fingerprint.audio.map(audioSection);
  if (fingerprint.video !== null) sections.unshift(videoSection(fingerprint.video));
  if (sections.length > MAX_SECTIONS) throw new RangeError('Too many sound tracks');
  const bodies = sections.reduce((sum, { body }) => sum + SECTION_HEADER + padded(body.length), 0);
  const bytes = new Uint8Array(HEADER + bodies + CRC_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, FORMAT_VERSION, true);
  view.setUint16(6, sections.length, true);
  view.setFloat64(8, fingerprint.duration, true);
  view.setUint32(16, bytes.length, true);
  let at = HEADER;
  for (const { algorithm, items, landmarks, body } of sections) {
    for (let i = 0; i < algorithm.length; i++) bytes[at + i] = algorithm.charCodeAt(i);
    view.setUint32(at + NAME_BYTES, items, true);
    view.setUint32(at + NAME_BYTES + 4, landmarks, true);
    view.setUint32(at + NAME_BYTES + 8, body.length, true);
    bytes.set(body, at + SECTION_HEADER);
    at += SECTION_HEADER + padded(body.length);
  }
  view.setUint32(at, crc32(bytes.subarray(0, at)), true);
  return bytes;
}

/**
 * @throws FingerprintFormatError `SP_FINGERPRINT_VERSION` for a version or algorithm that is not known here,
 * `SP_FINGERPRINT_CORRUPT` for anything else that is not a whole fingerprint
 */
export function decodeFingerprint(bytes: Uint8Array): ReferenceFingerprint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER + CRC_BYTES || view.getUint32(0, true) !== MAGIC)
    throw corrupt('it does not begin as one');
  const version = view.getUint16(4, true);
  if (version !== FORMAT_VERSION)
    throw new FingerprintFormatError(
      'SP_FINGERPRINT_VERSION',
      `The fingerprint has format version ${version}; this program reads version ${FORMAT_VERSION}`,
    );
  const length = view.getUint32(16, true);
  if (length !== bytes.length) throw corrupt(`it should have ${length} bytes and has ${bytes.length}`);
  const end = length - CRC_BYTES;
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(end, true)) throw corrupt('its checksum is wrong');
  const duration = view.getFloat64(8, true);
  if (!(duration >= 0 && duration < Number.POSITIVE_INFINITY)) throw corrupt('its duration is impossible');

  const sections = readSections(bytes, view, end);
  let video: VideoFingerprint | null = null;
  const audio: AudioTrackFingerprint[] = [];
  for (const [i, section] of sections.entries()) {
    const { algorithm } = section;
    const pictures = algorithm === VIDEO_ALGORITHM || algorithm === WHOLE_ONLY_ALGORITHM;
    if (pictures && i === 0) video = readVideo(section);
    else if (algorithm === AUDIO_ALGORITHM) audio.push(readAudio(section));
    else if (pictures) throw corrupt('its pictures are in the wrong place');
    else
      throw new FingerprintFormatError(
        'SP_FINGERPRINT_VERSION',
        `The fingerprint has a part made with "${algorithm}"; this program reads ` +
          `"${VIDEO_ALGORITHM}", "${WHOLE_ONLY_ALGORITHM}" and "${AUDIO_ALGORITHM}"`,
      );
  }
  return { duration, video, audio };
}

function readSections(bytes: Uint8Array, view: DataView, end: number): Section[] {
  const count = view.getUint16(6, true);
  if (count > MAX_SECTIONS) throw corrupt(`it claims ${count} parts`);
  const sections: Section[] = [];
  let at = HEADER;
  for (let i = 0; i < count; i++) {
    if (at + SECTION_HEADER > end) throw corrupt('a part is missing');
    const name = bytes.subarray(at, at + NAME_BYTES);
    const bodyLength = view.getUint32(at + NAME_BYTES + 8, true);
    const bodyAt = at + SECTION_HEADER;
    if (bodyLength > end - bodyAt) throw corrupt('a part is longer than the whole');
    sections.push({
      algorithm: String.fromCharCode(...name).replace(/\0+$/, ''),
      items: view.getUint32(at + NAME_BYTES, true),
      landmarks: view.getUint32(at + NAME_BYTES + 4, true),
      body: bytes.subarray(bodyAt, bodyAt + bodyLength),
    });
    at = bodyAt + padded(bodyLength);
  }
  if (at !== end) throw corrupt('there is something behind its last part');
  return sections;
}

function videoSection({ rows }: VideoFingerprint): Section {
  if (rows.length % ROW_BYTES !== 0) throw new RangeError('Rows must be whole');
  return { algorithm: VIDEO_ALGORITHM, items: rows.length / ROW_BYTES, landmarks: 0, body: rows };
}

function readVideo({ algorithm, items, body }: Section): VideoFingerprint {
  const stored = algorithm === VIDEO_ALGORITHM ? ROW_BYTES : HASH_BYTES;
  if (body.length !== items * stored) throw corrupt('its pictures have an impossible length');
  const rows = new Uint8Array(items * ROW_BYTES);
  for (let n = 0; n < items; n++) rows.set(body.subarray(n * stored, (n + 1) * stored), n * ROW_BYTES);
  return { rows };
}

function audioSection({ words, landmarks }: AudioTrackFingerprint): Section {
  const encoded = encodeLandmarks(landmarks);
  const body = new Uint8Array(words.length * 4 + encoded.length);
  const view = new DataView(body.buffer);
  for (let i = 0; i < words.length; i++) view.setUint32(i * 4, words[i]!, true);
  body.set(encoded, words.length * 4);
  return { algorithm: AUDIO_ALGORITHM, items: words.length, landmarks: landmarks.hashes.length, body };
}

function readAudio({ items, landmarks, body }: Section): AudioTrackFingerprint {
  if (items * 4 > body.length) throw corrupt('its sound has an impossible length');
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const decoded = decodeLandmarks(body.subarray(items * 4), landmarks);
  if (decoded === null) throw corrupt('its landmarks cannot be read');
  const words = new Uint32Array(items);
  for (let i = 0; i < items; i++) words[i] = view.getUint32(i * 4, true);
  return { words, landmarks: decoded };
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function corrupt(reason: string): FingerprintFormatError {
  return new FingerprintFormatError('SP_FINGERPRINT_CORRUPT', `The fingerprint is damaged: ${reason}`);
}
