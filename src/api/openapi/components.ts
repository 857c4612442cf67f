import type { JsonSchema } from './document.js';

/** Schemas with an `$id` are written once, and named everywhere else. */
export class Components {
  readonly #schemas = new Map<string, string>();

  /** The schema, as it is written in its place. @throws Error when two schemas have one name */
  placed(schema: unknown): JsonSchema {
    return this.#placed(schema) as JsonSchema;
  }

  get schemas(): Record<string, JsonSchema> {
    const sorted = [...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([name, text]) => [name, JSON.parse(text) as JsonSchema]));
  }

  #placed(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((one) => this.#placed(one));
    if (schema === null || typeof schema !== 'object') return schema;
    const { $id, ...rest } = schema as { readonly $id?: unknown };
    const fields = Object.entries(withPrefix(rest)).map(([name, value]) => [name, this.#placed(value)]);
    const placed = Object.fromEntries(fields) as JsonSchema;
    if (typeof $id !== 'string') return placed;
    const text = JSON.stringify(placed);
    const known = this.#schemas.get($id);
    if (known !== undefined && known !== text) throw new Error(`Two schemas are called ${$id}`);
    this.#schemas.set($id, text);
    return { $ref: `#/components/schemas/${$id}` };
  }
}

/** Lists whose places differ, as JSON Schema 2020-12 writes them. */
function withPrefix(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { items, additionalItems: _, ...rest } = schema;
  return Array.isArray(items) ? { ...rest, prefixItems: items, maxItems: items.length } : schema;
}
