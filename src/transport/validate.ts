import { Compile, type Validator } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { PATTERN_WORDS } from './fields.js';
import { MessageError } from './message-error.js';
import { type Content, type MessageType, SCHEMAS } from './messages.js';

const validators = new Map<MessageType, Validator>();

/**
 * What was read from outside as the content of a message.
 * @throws MessageError that names the first field that is wrong
 */
export function validContent<T extends MessageType>(type: T, value: unknown): Content<T> {
  let validator = validators.get(type);
  if (!validator) {
    validator = Compile(SCHEMAS[type]) as unknown as Validator;
    validators.set(type, validator);
  }
  if (!validator.Check(value)) throw firstError(validator.Errors(value));
  return value as Content<T>;
}

function firstError(errors: readonly TLocalizedValidationError[]): MessageError {
  const [first] = errors;
  if (first === undefined) throw new Error('A value is not valid, but nothing is wrong with it');
  const path = first.instancePath.slice(1).replaceAll('/', '.');
  const inside = (name: string | undefined) => [path, name].filter(Boolean).join('.');
  if (first.keyword === 'required')
    return new MessageError(inside(first.params.requiredProperties[0]), 'is missing');
  // The schema of what the schema does not have: nothing is right.
  if (first.keyword === 'boolean') return new MessageError(path, 'is not a field of this message');
  // A field that may be null has one error for each thing that it could be.
  const orNull = errors.some(
    (error) => error.keyword === 'anyOf' && error.instancePath === first.instancePath,
  );
  return new MessageError(path || 'value', problemOf(first) + (orNull ? ', or null' : ''));
}

function problemOf(error: TLocalizedValidationError): string {
  if (error.keyword === 'pattern') {
    const words = PATTERN_WORDS.get(String(error.params.pattern));
    if (words) return words;
  }
  if (error.keyword === 'type') return `must be of type ${error.params.type}`;
  if (error.keyword === 'enum') return `must be one of ${error.params.allowedValues.join(', ')}`;
  return error.message;
}
