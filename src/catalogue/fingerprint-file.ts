import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { decodeFingerprint, encodeFingerprint } from '../../fingerprints/encoding.js';
import { FingerprintFormatError } from '../../fingerprints/format-error.js';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import { StreamprintError } from '../domain/errors.js';
import { type FingerprintId, fingerprintId } from '../domain/ids.js';
import { liveStartOf } from '../domain/live-reference.js';
import { writeWhole } from '../storage/durable-files.js';
import { whyImplausible } from './plausible-fingerprint.js';

/** The layout is described in docs/fingerprint-file.md. All numbers are little endian. */
const MAGIC = Buffer.from([0x89, 0x53, 0x50, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
export const FINGERPRINT_FILE_VERSION = 1;
const FIXED_BYTES = 16;
const MAX_HEADER_BYTES = 64 * 1024;
/** Two days of a film with ten sound tracks. */
export const MAX_FINGERPRINT_FILE_BYTES = 128 * 1024 * 1024;
/** The suffix of their names. */
export const FINGERPRINT_SUFFIX = '.spf';

const Amount = Type.Number({ minimum: 0, maximum: 48 * 3600 });
const Header = Type.Object(
  {
    source: Type.String({
      minLength: 1,
      maxLength: 1024,
      pattern: '^[^\\u0000-\\u001f\\u007f]*$',
      description: 'What the media is called',
    }),
    sourceBytes: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    sourceSha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    missing: Type.Object({ video: Amount, audio: Amount }, { additionalProperties: false }),
    madeBy: Type.String({ minLength: 1, maxLength: 100 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the fingerprint' }),
  },
  { additionalProperties: false },
);
type Header = Static<typeof Header>;
const header = Compile(Header);

/** What is said of the media that a fingerprint was made from, which stays where it is. */
export type FingerprintFacts = Omit<Header, 'sha256'>;

export interface FingerprintFile extends FingerprintFacts {
  readonly fingerprint: ReferenceFingerprint;
  /**
   * Of the fingerprint, not of the media that the file claims: nobody can put a fingerprint in the place of another's
   * media, whose digest he happens to know.
   */
  readonly fingerprintId: FingerprintId;
}

export function writeFingerprintFile(
  file: string,
  { source, sourceBytes, sourceSha256, missing, madeBy }: FingerprintFacts,
  fingerprint: ReferenceFingerprint,
): void {
  const body = encodeFingerprint(fingerprint);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const facts: Header = { source, sourceBytes, sourceSha256, missing, madeBy, sha256 };
  const text = Buffer.from(JSON.stringify(facts));
  const fixed = Buffer.alloc(FIXED_BYTES);
  MAGIC.copy(fixed);
  fixed.writeUInt32LE(FINGERPRINT_FILE_VERSION, 8);
  fixed.writeUInt32LE(text.length, 12);
  writeWhole(path.resolve(file), [fixed, text, body]);
}

/** Whether a file begins as a fingerprint file does, whatever its name. */
export function isFingerprintFile(file: string): boolean {
  const head = Buffer.alloc(MAGIC.length);
  const fd = fs.openSync(file, 'r');
  try {
    return fs.readSync(fd, head, 0, head.length, 0) === head.length && head.equals(MAGIC);
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Reads a file that anybody may have made.
 * @param name what messages call it
 * @throws SP_FINGERPRINT_VERSION, SP_FINGERPRINT_CORRUPT, SP_INPUT_TOO_LARGE
 */
export function readFingerprintFile(file: string, name: string): FingerprintFile {
  const { size } = fs.statSync(file);
  if (size > MAX_FINGERPRINT_FILE_BYTES)
    throw new StreamprintError(
      'SP_INPUT_TOO_LARGE',
      `${name} is larger than the ${MAX_FINGERPRINT_FILE_BYTES / 2 ** 20} MiB that a fingerprint file may have.`,
    );
  return parseFingerprintFile(fs.readFileSync(file), name);
}

/** The same, of its bytes. */
export function parseFingerprintFile(bytes: Buffer, name: string): FingerprintFile {
  if (bytes.length < FIXED_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw corrupt(name, 'it does not begin as one');
  const version = bytes.readUInt32LE(8);
  if (version !== FINGERPRINT_FILE_VERSION)
    throw new StreamprintError(
      'SP_FINGERPRINT_VERSION',
      `${name} is a fingerprint file of version ${version}; this program reads version ${FINGERPRINT_FILE_VERSION}.`,
    );
  const bodyAt = FIXED_BYTES + bytes.readUInt32LE(12);
  if (bodyAt > FIXED_BYTES + MAX_HEADER_BYTES || bodyAt > bytes.length)
    throw corrupt(name, 'its header is longer than it may be');
  const { sha256, ...facts } = headerOf(bytes.subarray(FIXED_BYTES, bodyAt), name);
  if (liveStartOf(facts.source) !== null) throw corrupt(name, 'its source is that of a live reference');
  const body = bytes.subarray(bodyAt);
  if (createHash('sha256').update(body).digest('hex') !== sha256)
    throw corrupt(name, 'its fingerprint is not the one that its header speaks of');
  return { ...facts, fingerprint: fingerprintOf(body, name), fingerprintId: idOf(body) };
}

function headerOf(bytes: Buffer, name: string): Header {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw corrupt(name, 'its header is no JSON');
  }
  if (header.Check(value)) return value;
  const [first] = header.Errors(value);
  const where = first?.instancePath.slice(1).replaceAll('/', '.') || 'header';
  throw corrupt(name, `its ${where} ${first?.message ?? 'is wrong'}`);
}

function fingerprintOf(body: Buffer, name: string): ReferenceFingerprint {
  try {
    const fingerprint = decodeFingerprint(body);
    const why = whyImplausible(fingerprint);
    if (why !== null) throw corrupt(name, why);
    return fingerprint;
  } catch (error) {
    if (!(error instanceof FingerprintFormatError)) throw error;
    throw new StreamprintError(error.code, `${name}: ${error.message}.`, { cause: error });
  }
}

/** In a space of its own: it is never the digest of media. */
function idOf(body: Buffer): FingerprintId {
  return fingerprintId(createHash('sha256').update('streamprint-fingerprint/1\n').update(body).digest('hex'));
}

function corrupt(name: string, why: string): StreamprintError {
  return new StreamprintError('SP_FINGERPRINT_CORRUPT', `${name} is no whole fingerprint file: ${why}.`);
}
