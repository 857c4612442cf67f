import fs from 'node:fs';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { messageOf, StreamprintError } from './domain/errors.js';

/** Longest value that a file gives. */
const MAX_FILE_BYTES = 64 * 1024;

/** One variable of the environment: what it may be, what it is when it is not set, and what it is for. */
export interface Setting<V = unknown> {
  readonly variable: string;
  readonly schema: TSchema;
  readonly fallback: V;
  /** One sentence. */
  readonly says: string;
  /** Never shown; may also come from the file that `NAME_FILE` names. */
  readonly secret: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;
export type ValuesOf<S extends Readonly<Record<string, Setting>>> = {
  readonly [K in keyof S]: S[K] extends Setting<infer V> ? V : never;
};

/** @param fallback when it is not set, or empty; null = nothing */
export function setting<T extends TSchema, const F extends Static<T> | null>(
  variable: string,
  schema: T,
  fallback: F,
  says: string,
): Setting<Static<T> | F> {
  return { variable, schema, fallback, says, secret: false };
}

/** A setting that is nobody else's business. */
export function secret(variable: string, schema: TSchema, says: string): Setting<string | null> {
  return { variable, schema, fallback: null, says, secret: true };
}

/**
 * What the environment sets.
 * @throws SP_USAGE, naming the variable, for a value that makes no sense
 */
export function valuesFrom<S extends Readonly<Record<string, Setting>>>(
  settings: S,
  environment: Environment,
): ValuesOf<S> {
  const values = Object.entries(settings).map(([name, one]) => [name, read(one, environment)]);
  return Object.fromEntries(values) as ValuesOf<S>;
}

/** What a value must be, to be read after "must be": `a whole number from 1 to 256`. */
export function wanted(schema: TSchema): string {
  const { type, minimum, maximum, enum: choices, pattern, items, description } = schema as TSchema & Facts;
  if (description) return description;
  if (choices) return choices.join(' or ');
  if (type === 'integer') return `a whole number from ${minimum} to ${maximum}`;
  if (type === 'boolean') return '1 or 0';
  if (type === 'array' && items) return `a list of ${wanted(items)}, with commas between`;
  return pattern ? `text like ${pattern}` : 'text';
}

const SWITCHES = new Map([
  ['1', true],
  ['true', true],
  ['0', false],
  ['false', false],
]);

/** Of a schema, what a person is told. */
interface Facts {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly items?: TSchema;
  readonly description?: string;
}

function read(one: Setting, environment: Environment): unknown {
  const text = textOf(one, environment);
  if (!text) return one.fallback;
  const value = converted(one.schema, text);
  if (Compile(one.schema).Check(value)) return value;
  const is = one.secret ? 'cannot be used' : `is "${text}"`;
  throw usage(`${one.variable} ${is}: it must be ${wanted(one.schema)}.`);
}

function textOf({ variable, secret: fromFile }: Setting, environment: Environment): string | undefined {
  const text = environment[variable];
  const name = `${variable}_FILE`;
  const file = fromFile ? environment[name] : undefined;
  if (!file) return text;
  if (text) throw usage(`Both ${variable} and ${name} are set: one of them is enough.`);
  try {
    const { size } = fs.statSync(file);
    if (size > MAX_FILE_BYTES) throw new Error(`it has over ${MAX_FILE_BYTES} bytes`);
    return fs.readFileSync(file, 'utf8').trimEnd();
  } catch (error) {
    throw usage(`The file that ${name} names cannot be read: ${messageOf(error)}.`);
  }
}

function converted(schema: TSchema & Facts, text: string): unknown {
  switch (schema.type) {
    case 'integer':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'boolean':
      return SWITCHES.get(text) ?? text;
    case 'array':
      return text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean);
    default:
      return text;
  }
}

function usage(message: string): StreamprintError {
  return new StreamprintError('SP_USAGE', message);
}
