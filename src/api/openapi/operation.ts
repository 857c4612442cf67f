import type { FastifyContextConfig, FastifySchema } from 'fastify';
import { TAG_PATTERN } from '../etag.js';
import { PROBLEM_TYPE, PROBLEMS, Problem } from '../problem.js';
import type { Components } from './components.js';
import type { Content, JsonSchema, Operation, Parameter, Response } from './document.js';

/** A route, as it was registered. */
export interface KnownRoute {
  readonly method: string;
  /** As fastify has it: `/v1/users/:user`. */
  readonly url: string;
  readonly schema: FastifySchema;
  readonly config: FastifyContextConfig;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

const TITLES: Readonly<Record<number, string>> = {
  200: 'As it was asked',
  201: 'It was made',
  202: 'It was taken, and is being worked on',
  204: 'Done',
  206: 'A part of it',
  304: 'Not changed since the version of If-None-Match',
};

const SECURITY = [{ key: [] }, { session: [] }];

/** What the document says of a route. */
export function operationOf(route: KnownRoute, components: Components): Operation {
  const { schema, config } = route;
  const parameters = parametersOf(route, components);
  const roles = config.roles ?? [];
  const body = bodyOf(schema, components);
  return {
    operationId: schema.operationId ?? '',
    summary: schema.summary ?? '',
    ...(schema.description && { description: schema.description }),
    tags: schema.tags ?? [],
    security: config.public ? [] : SECURITY,
    ...(!config.public && { 'x-roles': roles }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: body } }),
    responses: responsesOf(route, components),
  };
}

function parametersOf({ schema, config }: KnownRoute, components: Components): Parameter[] {
  const of = (from: unknown, place: 'path' | 'query' | 'header'): Parameter[] => {
    const { properties = {}, required = [] } = (from ?? {}) as ObjectSchema;
    return Object.entries(properties).map(([name, one]) => {
      const { description, ...rest } = one as JsonSchema & { readonly description?: string };
      return {
        name,
        in: place,
        required: place === 'path' || (required.includes(name) && !('default' in one)),
        ...(description && { description }),
        schema: components.placed(rest),
      };
    });
  };
  return [
    ...of(schema.params, 'path'),
    ...of(schema.querystring, 'query'),
    ...of(schema.headers, 'header'),
    ...(config.ifMatch
      ? [header('If-Match', true, '`ETag` of the version that is changed; `*` = any', TAG_PATTERN)]
      : []),
    ...(hasStatus(schema, 304)
      ? [header('If-None-Match', false, '`ETag` of the version that is known')]
      : []),
    ...(config.creates
      ? [
          header(
            'Idempotency-Key',
            false,
            'The same request under the same key is answered as before',
            KEY_PATTERN,
          ),
        ]
      : []),
  ];
}

const KEY_PATTERN = '^[\\x21-\\x7e]{1,255}$';

/** @param pattern absent = what is of no use is left aside */
function header(name: string, required: boolean, description: string, pattern?: string): Parameter {
  return {
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string', ...(pattern && { pattern }) },
  };
}

const hasStatus = ({ response }: FastifySchema, status: number): boolean =>
  String(status) in ((response ?? {}) as object);

function bodyOf({ body, consumes = [], forms = {} }: FastifySchema, components: Components): Content | null {
  const other = [
    ...consumes.map((type) => [type, {}] as const),
    ...Object.entries(forms).map(([type, form]) => [type, { schema: components.placed(form) }] as const),
  ];
  if (body) return { 'application/json': { schema: components.placed(body) }, ...Object.fromEntries(other) };
  return other.length > 0 ? Object.fromEntries(other) : null;
}

function responsesOf(route: KnownRoute, components: Components): Record<string, Response> {
  const { schema, config } = route;
  const responses: Record<string, Response> = {};
  for (const [status, one] of Object.entries((schema.response ?? {}) as Record<string, JsonSchema>)) {
    const { description, type, 'x-media-types': media } = one;
    const types = media as readonly string[] | undefined;
    const isEmpty = type === 'null';
    const content: Content = types
      ? Object.fromEntries(types.map((name) => [name, {}]))
      : { 'application/json': { schema: components.placed(one) } };
    responses[status] = {
      description: String((isEmpty && description) || TITLES[Number(status)] || 'Answer'),
      ...headersOf(route, Number(status)),
      ...(!isEmpty && { content }),
    };
  }
  if (config.public && !schema.body) return responses;
  const problem = components.placed(Problem);
  for (const status of problemStatuses(route))
    responses[status] ??= {
      description: titleOf(status),
      content: { [PROBLEM_TYPE]: { schema: problem } },
    };
  return responses;
}

function headersOf({ schema, config }: KnownRoute, status: number): Pick<Response, 'headers'> {
  const isTagged = hasStatus(schema, 304) || config.ifMatch;
  const headers = {
    ...(isTagged &&
      status < 400 &&
      status !== 204 && { ETag: { description: 'Its version', schema: { type: 'string' } } }),
    ...(status === 201 && { Location: { description: 'Where it is', schema: { type: 'string' } } }),
  };
  return Object.keys(headers).length > 0 ? { headers } : {};
}

/** What may go wrong with such a route. */
function problemStatuses({ schema, config }: KnownRoute): number[] {
  const takesBody = Boolean(schema.body) || (schema.consumes?.length ?? 0) > 0;
  return [
    ...[400, 401, 429, 431, 503],
    ...(config.public ? [] : [403]),
    // A body, or a query, may name what is not there, too.
    ...(schema.params || schema.querystring || takesBody ? [404] : []),
    ...(takesBody ? [408, 409, 413, 415, 422] : []),
    ...(config.creates || config.ifMatch || !takesBody ? [409, 422] : []),
    ...(config.ifMatch ? [412, 428] : []),
    ...(hasStatus(schema, 206) ? [416] : []),
    ...(speaksTus(schema) ? [412, 413] : []),
  ].sort((a, b) => a - b);
}

const speaksTus = ({ headers }: FastifySchema): boolean =>
  'tus-resumable' in ((headers as ObjectSchema | undefined)?.properties ?? {});

function titleOf(status: number): string {
  const titles = Object.values(PROBLEMS).filter(([one]) => one === status);
  return titles.map(([, title]) => title).join('; ');
}
