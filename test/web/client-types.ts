import type { JsonSchema, OpenApiDocument, Operation } from '../../src/api/openapi/document.js';

const HEAD = `// Made from /openapi.json by \`npm run client\`: changed there, never by hand.
`;

/**
 * TypeScript of some operations of an OpenAPI document: what each takes and gives, and where it is asked.
 * Only as much of JSON Schema is known as our document has. @throws Error for an operation that is not in it
 */
export function clientTypes(document: OpenApiDocument, wanted: readonly string[]): string {
  const used = new Set<string>();
  const found = new Map<string, { method: string; path: string; operation: Operation }>();
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods))
      found.set(operation.operationId, { method: method.toUpperCase(), path, operation });
  const routes: string[] = [];
  const operations = wanted.toSorted().map((name) => {
    const { method, path, operation } = found.get(name) ?? missing(name);
    routes.push(`  ${name}: { method: '${method}', path: '${path}' },`);
    return `  readonly ${name}: {\n${fieldsOf(operation, used)}  };`;
  });
  const named = schemasOf(document, used);
  return `${HEAD}
${named.join('\n\n')}

/** What operations take and give. */
export interface Operations {
${operations.join('\n')}
}

/** Where they are asked. */
export const ROUTES = {
${routes.join('\n')}
} as const satisfies Readonly<Record<keyof Operations, { readonly method: string; readonly path: string }>>;
`;
}

function missing(name: string): never {
  throw new Error(`the document has no operation ${name}`);
}

function fieldsOf({ parameters = [], requestBody, responses }: Operation, used: Set<string>): string {
  const place = (where: string) => {
    const fields = parameters.filter((one) => one.in === where);
    if (fields.length === 0) return 'undefined';
    const types = fields.map(({ name, required, schema }) => {
      const type = typeOf(schema, used);
      return required ? `readonly ${name}: ${type};` : `readonly ${name}?: ${type} | undefined;`;
    });
    return `{ ${types.join(' ')} }`;
  };
  const body = requestBody?.content['application/json']?.schema;
  const success = Object.entries(responses).find(([status]) => Number(status) < 300)?.[1];
  const answer = success?.content?.['application/json']?.schema;
  return [
    `    readonly params: ${place('path')};`,
    `    readonly query: ${place('query')};`,
    `    readonly body: ${body ? typeOf(body, used) : 'undefined'};`,
    `    readonly answer: ${answer ? typeOf(answer, used) : 'null'};\n`,
  ].join('\n');
}

/** The schemas that are used, and those that they use. */
function schemasOf(document: OpenApiDocument, used: Set<string>): string[] {
  const done = new Map<string, string>();
  for (let next = [...used]; next.length > 0; next = [...used].filter((name) => !done.has(name)))
    for (const name of next) {
      const type = typeOf(document.components.schemas[name] ?? missing(name), used);
      done.set(name, `export type ${name} = ${type};`);
    }
  return [...done].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
}

function typeOf(schema: JsonSchema, used: Set<string>): string {
  const { $ref, anyOf, enum: choices, const: only, type, items, properties } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1)!;
    used.add(name);
    return name;
  }
  if (Array.isArray(anyOf)) return anyOf.map((one) => typeOf(one as JsonSchema, used)).join(' | ');
  if (Array.isArray(choices)) return choices.map((one) => JSON.stringify(one)).join(' | ');
  if (only !== undefined) return JSON.stringify(only);
  if (type === 'array') return arrayOf(items, schema, used);
  if (properties) return objectOf(properties as Record<string, JsonSchema>, schema, used);
  if (type === 'object') return `Readonly<Record<string, ${fieldValueOf(schema, used)}>>`;
  return (
    { string: 'string', number: 'number', integer: 'number', boolean: 'boolean', null: 'null' }[
      String(type)
    ] ?? 'unknown'
  );
}

/** What every field of an object has, of which only that is said. */
function fieldValueOf(
  { additionalProperties, patternProperties = {} }: JsonSchema,
  used: Set<string>,
): string {
  const [pattern] = Object.values(patternProperties as Record<string, JsonSchema>);
  const value =
    pattern ?? (typeof additionalProperties === 'object' ? (additionalProperties as JsonSchema) : {});
  return typeOf(value, used);
}

function arrayOf(items: unknown, { prefixItems }: JsonSchema, used: Set<string>): string {
  const places = Array.isArray(items) ? items : prefixItems;
  if (Array.isArray(places))
    return `readonly [${places.map((one) => typeOf(one as JsonSchema, used)).join(', ')}]`;
  return `readonly (${typeOf((items ?? {}) as JsonSchema, used)})[]`;
}

function objectOf(
  properties: Record<string, JsonSchema>,
  { required }: JsonSchema,
  used: Set<string>,
): string {
  const needed = new Set((required ?? []) as string[]);
  const fields = Object.entries(properties).map(([name, one]) => {
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return `readonly ${key}${needed.has(name) ? '' : '?'}: ${typeOf(one, used)};`;
  });
  return `{ ${fields.join(' ')} }`;
}
