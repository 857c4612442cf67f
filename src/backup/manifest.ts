import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { messageOf, StreamprintError } from '../domain/errors.js';

/** Describes a backup, in its folder; there only when the backup is whole. */
export const MANIFEST = 'backup.json';

const Manifest = Type.Object({
  format: Type.Literal(1),
  /** Of the program that made it. */
  version: Type.String(),
  at: Type.String(),
  /** The data directory held the bus itself, which is not part of a backup. */
  hadBus: Type.Boolean(),
  files: Type.Array(
    Type.Object({
      /** With slashes, from the data directory on. */
      path: Type.String({ pattern: '^[^/\\\\]+(/[^/\\\\]+)*$', maxLength: 1000 }),
      bytes: Type.Integer({ minimum: 0 }),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
  ),
});
export type Manifest = Static<typeof Manifest>;
export type BackedFile = Manifest['files'][number];

const validator = Compile(Manifest);

/** @throws SP_INPUT_MISSING where there is no backup that is whole; SP_DATA_CORRUPT, SP_DATA_VERSION */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = path.join(folder, MANIFEST);
  const text = await fs.readFile(file, 'utf8').catch((cause: unknown) => {
    const message = `${folder} holds no backup that is whole: there is no ${MANIFEST}.`;
    throw new StreamprintError('SP_INPUT_MISSING', message, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new StreamprintError('SP_DATA_CORRUPT', `${file} is damaged: ${messageOf(cause)}`, { cause });
  }
  const { format } = (value ?? {}) as { format?: unknown };
  if (typeof format === 'number' && format > 1)
    throw new StreamprintError(
      'SP_DATA_VERSION',
      `${file} was written by a newer Streamprint: use that one.`,
    );
  if (!validator.Check(value)) throw new StreamprintError('SP_DATA_CORRUPT', `${file} is damaged.`);
  const manifest = value as Manifest;
  const bad = manifest.files.find((one) => one.path.split('/').some((part) => part === '..' || part === '.'));
  if (bad) throw new StreamprintError('SP_DATA_CORRUPT', `${file} names ${bad.path}, which lies outside.`);
  return manifest;
}

export async function digestOf(file: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
