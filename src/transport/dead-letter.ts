import { randomUUID } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { count, name, nullable, object, utc, uuid, words } from './fields.js';
import { MessageError } from './message-error.js';
import { type Headers, type InRecord, LETTER_HEADER } from './record.js';

/** What is said of a record that could not be worked on, in its header `streamprint-dead-letter`. */
export const DeadLetterFacts = object({
  id: uuid('Of the dead letter'),
  at: utc('When it was given up'),
  group: name('That could not work on it'),
  attempts: count('How often that was tried'),
  error: object({
    code: name('Stable: `SP_MESSAGE_INVALID` is a message that breaks its contract'),
    message: words('One sentence'),
    field: nullable(name('That breaks the contract; null = it is something else')),
  }),
  origin: object(
    { topic: name('Topic'), partition: count('Partition'), offset: count('Offset') },
    'Where it lay, and where it goes back to',
  ),
  key: nullable(Type.String({ description: 'It had; null = none' })),
});
export type DeadLetterFacts = Static<typeof DeadLetterFacts>;

const validator = Compile(DeadLetterFacts);
const MAX_WORDS = 2000;

export function deadLetterFacts(
  record: InRecord,
  failure: {
    readonly group: string;
    readonly attempts: number;
    readonly error: unknown;
    readonly at: number;
  },
): DeadLetterFacts {
  const { error } = failure;
  return {
    id: randomUUID(),
    at: new Date(failure.at).toISOString(),
    group: failure.group,
    attempts: failure.attempts,
    error: {
      code: error instanceof StreamprintError ? error.code : 'SP_UNEXPECTED',
      message: messageOf(error).slice(0, MAX_WORDS),
      field: error instanceof MessageError ? error.field.slice(0, 500) : null,
    },
    origin: { ...record.position },
    key: record.key,
  };
}

/** The facts that a record of the dead-letter topic carries; null = it is no dead letter. */
export function readDeadLetter(headers: Headers): DeadLetterFacts | null {
  const json = headers[LETTER_HEADER];
  if (json === undefined) return null;
  try {
    const facts: unknown = JSON.parse(json);
    return validator.Check(facts) ? facts : null;
  } catch {
    return null;
  }
}
