import Type, { type Static, type TSchema } from 'typebox';

const UTC = '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$';
const DIGEST = '^[0-9a-f]{64}$';
const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const KEY = '^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*$';
const COUNTRY = '^[A-Z]{2}$';

/** What a pattern asks for, as a person would say it. */
export const PATTERN_WORDS: ReadonlyMap<string, string> = new Map([
  [UTC, 'must be a UTC time such as 2026-01-31T12:00:00.000Z'],
  [DIGEST, 'must be 64 hexadecimal digits in lower case'],
  [UUID, 'must be a UUID in lower case'],
  [KEY, 'must be lower-case letters, digits and dashes, in parts between slashes'],
  [COUNTRY, 'must be an ISO 3166 code of two letters'],
]);

const text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, description });
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Nothing is optional and nothing else is allowed: a misspelt field is seen, not ignored. */
export const object = <T extends Record<string, TSchema>>(properties: T, description?: string) =>
  Type.Object(properties, { additionalProperties: false, ...(description && { description }) });

export const utc = (description: string) => Type.String({ pattern: UTC, description });
export const digest = (description: string) => Type.String({ pattern: DIGEST, description });
export const uuid = (description: string) => Type.String({ pattern: UUID, description });
export const seconds = (description: string) => Type.Number({ minimum: 0, maximum: 1e9, description });
export const count = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
export const words = (description: string) => Type.String({ maxLength: 4000, description });
export const name = (description: string) => text(500, description);
export const url = (description: string) => text(8000, description);
export const oneOf = <Values extends string[]>(values: readonly [...Values], description: string) =>
  Type.Enum(values, { description });
export { nullable };

export const Stream = object(
  {
    id: text(200, 'The stream, the same in all its messages; also the key of the message'),
    name: words('As people call it'),
    url: Type.String({ maxLength: 8000, description: 'Where it is watched' }),
  },
  'The suspect stream',
);

export const BlobPlace = object(
  {
    store: name('Name of the blob store'),
    key: Type.String({ pattern: KEY, maxLength: 200, description: 'Of the blob in that store' }),
  },
  'Where the body lies when it is not in the message itself',
);
export type BlobPlace = Static<typeof BlobPlace>;

export const Source = object(
  {
    url: url('The address that the bytes came from, after all redirects'),
    ip: nullable(text(45, 'That it resolved to')),
    status: nullable(Type.Integer({ minimum: 100, maximum: 599, description: 'HTTP status' })),
    headers: Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 8000 }), {
      maxProperties: 100,
      description: 'HTTP headers of the answer, names in lower case',
    }),
    redirects: Type.Array(url('An address that led on'), { maxItems: 20, description: 'In order' }),
    tls: nullable(digest("SHA-256 of the server's certificate (DER)")),
    clockOffset: nullable(
      Type.Number({ description: "The probe's clock less the service's, ms, as far as it is known" }),
    ),
    asn: nullable(
      Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'Network of the address' }),
    ),
    country: nullable(Type.String({ pattern: COUNTRY, description: 'Of the address' })),
  },
  'What an investigator wants to know of where it came from',
);

export const carries = oneOf(
  ['both', 'audio'],
  'both: pictures and sound as they come; audio: a sound rendition of its own',
);
export const Interval = object({
  start: Type.Number({ description: 's' }),
  end: Type.Number({ description: 's' }),
});
export const UtcInterval = object({ start: utc('First moment'), end: utc('Last moment') });
