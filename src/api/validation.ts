import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { type FieldError, ProblemError } from './problem.js';

/** Wrong fields of one request that are told. */
const MAX_TOLD = 20;

interface Field {
  readonly type?: string;
  readonly default?: unknown;
  readonly items?: Field;
}

/**
 * Checks requests against the schemas of their routes. Bodies are taken as they are; parameters, which are text,
 * become numbers and switches where the schema says so.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  const { properties } = schema as { readonly properties?: Readonly<Record<string, Field>> };
  const fields = httpPart === 'body' || !properties ? null : Object.entries(properties);
  return (data: unknown) => {
    const value = fields ? parametersOf(data as Readonly<Record<string, unknown>>, fields) : data;
    if (validator.Check(value)) return { value };
    return { error: problemIn(validator.Errors(value) as TLocalizedValidationError[], httpPart ?? 'body') };
  };
};

function parametersOf(
  given: Readonly<Record<string, unknown>>,
  fields: readonly (readonly [string, Field])[],
): Record<string, unknown> {
  const values: Record<string, unknown> = { ...given };
  for (const [name, field] of fields) {
    const value = values[name] ?? field.default;
    if (value !== undefined) values[name] = converted(value, field);
  }
  return values;
}

/** As JSON writes them. */
const NUMBER = /^-?(0|[1-9]\d{0,30})(\.\d{1,400})?([eE][-+]?\d{1,3})?$/;

function converted(value: unknown, { type, items }: Field): unknown {
  if (type === 'array' && items)
    return (Array.isArray(value) ? value : [value]).map((one) => converted(one, items));
  if (typeof value !== 'string') return value;
  if (type === 'integer' || type === 'number') return NUMBER.test(value) ? Number(value) : value;
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  return value;
}

const PARTS: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'headers',
};

/** What is wrong with a value, field by field. */
export function fieldsIn(errors: readonly TLocalizedValidationError[]): FieldError[] {
  const told = new Map<string, FieldError>();
  for (const error of errors) {
    const field = fieldError(error);
    // Of a field that may be of several kinds there is one error for each kind; the first says most.
    if (field && !told.has(field.pointer)) told.set(field.pointer, field);
  }
  return [...told.values()].slice(0, MAX_TOLD);
}

function problemIn(errors: readonly TLocalizedValidationError[], part: string): ProblemError {
  const fields = fieldsIn(errors);
  const [first] = fields;
  const where = first?.pointer ? ` at ${first.pointer}` : '';
  const detail = `The ${PARTS[part] ?? part} of the request${where} ${first?.detail ?? 'is not as it must be'}.`;
  return new ProblemError('invalid-request', detail, { pointer: first?.pointer ?? '', errors: fields });
}

function fieldError(error: TLocalizedValidationError): FieldError | null {
  const inside = (name: string) =>
    `${error.instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  switch (error.keyword) {
    case 'required':
      return { pointer: inside(error.params.requiredProperties[0] ?? ''), detail: 'is missing' };
    case 'additionalProperties':
      return { pointer: inside(error.params.additionalProperties[0] ?? ''), detail: 'is not known' };
    case 'boolean':
      // Of a field that is not known: said with the object that it is in.
      return null;
    case 'type':
      return { pointer: error.instancePath, detail: `must be of type ${error.params.type}` };
    case 'enum':
      return {
        pointer: error.instancePath,
        detail: `must be one of ${error.params.allowedValues.join(', ')}`,
      };
    default:
      return { pointer: error.instancePath, detail: error.message };
  }
}
