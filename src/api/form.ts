import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { messageOf } from '../domain/errors.js';
import { invalid, ProblemError, unusable } from './problem.js';

/** The field that the file is in. */
const FILE = 'file';
const LIMITS = {
  files: 1,
  fields: 10,
  parts: 11,
  fieldNameSize: 100,
  fieldSize: 4096,
  headerPairs: 20,
  headerSize: 4096,
};

/** What was in a form. */
export interface Form<T> {
  readonly file: T;
  /** As the sender calls it, folders left out; empty = it says nothing. */
  readonly fileName: string;
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * Reads a form (RFC 7578) of one file, in the field `file`, as it comes.
 * @param type the header Content-Type
 * @param names of the other fields that there may be
 * @param save takes the file to its end
 * @throws ProblemError when it is no such form, or is cut off; what `save` throws
 */
export async function readForm<T>(
  type: string,
  payload: NodeJS.ReadableStream,
  names: readonly string[],
  save: (file: Readable) => Promise<T>,
): Promise<Form<T>> {
  const form = begin(type);
  const fields = new Map<string, string>();
  let file: { readonly name: string; readonly stream: Readable; readonly saved: Promise<T> } | null = null;
  // At once: the parser may wait for ever for the end of a part that it passes over.
  const refuse = (detail: string) => form.destroy(invalid('', detail));
  form.on('file', (field, stream, name) => {
    // The parser tells both of a form that is cut off, whoever reads them by then.
    stream.on('error', () => {});
    if (field !== FILE) {
      refuse(`The form has its file in a field that is not called ${FILE}.`);
      return;
    }
    const saved = save(stream);
    // What cannot be kept need not be read.
    saved.catch((error: Error) => form.destroy(error));
    file = { name, stream, saved };
  });
  form.on('error', () => {});
  form.on('field', (field, value, isNameCut, isCut) => {
    if (isNameCut || isCut || !names.includes(field) || fields.has(field))
      refuse(`The form has a field that is not ${names.join(' or ')}, or too long, or there twice.`);
    else fields.set(field, value);
  });
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const)
    form.on(limit, () => refuse('The form has more parts than it may have.'));
  try {
    await pipeline(payload, form);
  } catch (error) {
    await abandon(file, error as Error);
    if (error instanceof ProblemError) throw error;
    throw invalid('', `The form cannot be read: ${messageOf(error)}.`);
  }
  const kept = file as { readonly name: string; readonly saved: Promise<T> } | null;
  if (kept === null) throw unusable(`/${FILE}`, `The form has no file in a field that is called ${FILE}.`);
  return { file: await kept.saved, fileName: kept.name, fields };
}

function begin(type: string): BusboyInstance {
  try {
    return new Busboy({ headers: { 'content-type': type }, limits: LIMITS });
  } catch (error) {
    throw invalid('', `The form cannot be read: ${messageOf(error)}.`);
  }
}

/** Lets go of a file that does not come to its end. @throws what kept it from being saved, if that was not the form */
async function abandon(
  file: { readonly stream: Readable; readonly saved: Promise<unknown> } | null,
  why: Error,
): Promise<void> {
  if (!file) return;
  file.stream.destroy(why);
  await file.saved.catch((error: unknown) => {
    if (error instanceof ProblemError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
  });
}
