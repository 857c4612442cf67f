import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyPluginAsync,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import Type, { type Static, type TProperties, type TSchema } from 'typebox';
import type { Role } from '../access/roles.js';

declare module 'fastify' {
  interface FastifySchema {
    /** Routes without one are not in the API's document. */
    operationId?: string;
    tags?: readonly string[];
    /** Some words; `description` is for the rest. */
    summary?: string;
    description?: string;
    /** Types of bodies that are no JSON. */
    consumes?: readonly string[];
    /** Types of bodies that are forms, and what is in them. */
    forms?: Readonly<Record<string, TSchema>>;
  }
  interface FastifyContextConfig {
    /** Who may: one of these roles is enough. Each route says this, or that it is public. */
    roles?: readonly Role[];
    /** Needs no key. */
    public?: true;
    /** Noted in the audit log as this action, when it succeeded: `asset.update`. */
    audit?: string;
    /** Something is made: an `Idempotency-Key` is heeded. */
    creates?: true;
    /** One thing is changed: `If-Match` is asked for. */
    ifMatch?: true;
    /** Bodies that may take longer to arrive than most, as uploads do, s. */
    bodySeconds?: number;
  }
}

/** What is answered may be read-only all through. */
type Sendable<T> = T extends Uint8Array
  ? T
  : T extends object
    ? { readonly [K in keyof T]: Sendable<T[K]> }
    : T;

/** Types of requests and answers from the schemas of their routes. */
export interface SchemaTypes extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
  serializer: this['schema'] extends TSchema ? Sendable<Static<this['schema']>> : unknown;
}

/** A resource: its routes, and what they need. */
export type Resource<Options extends object> = FastifyPluginAsync<Options, RawServerDefault, SchemaTypes>;

export type ApiServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  SchemaTypes
>;

/** Parameters and bodies in which nothing else may be. */
export const exactly = <T extends TProperties>(properties: T, options: { readonly $id?: string } = {}) =>
  Type.Object(properties, { ...options, additionalProperties: false });

/** A schema that may also be null. */
export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** What is answered is no JSON: pictures, sound, tables. @param types of media; one of them comes */
export const Media = (...types: readonly string[]) =>
  Type.Unsafe<Uint8Array | NodeJS.ReadableStream>({ 'x-media-types': types });

/** Nothing is answered: `.send(null)`. */
export const Nothing = (description: string) => Type.Null({ description });

/** UTC, ISO 8601, with milliseconds. */
export const Time = Type.String({ format: 'date-time' });

export const timeOf = (ms: number): string => new Date(ms).toISOString();
export const timeOrNull = (ms: number | null): string | null => (ms === null ? null : timeOf(ms));

/** A part of a path that names something. */
export const Name = (description: string) => Type.String({ minLength: 1, maxLength: 200, description });

/** Text without control characters. */
export const Text = (maxLength: number, description: string, minLength = 1) =>
  Type.String({ minLength, maxLength, description, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });
