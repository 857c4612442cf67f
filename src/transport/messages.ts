/**
 * What goes over the bus: one schema a message, from which its type, its validation and docs/messages.yaml are
 * made. A version is never changed once it was released: what needs other fields is the next version.
 */
import Type, { type Static } from 'typebox';
import { MAX_EXCLUDED } from '../domain/catalogue.js';
import {
  BlobPlace,
  carries,
  count,
  digest,
  Interval,
  name,
  nullable,
  object,
  oneOf,
  Source,
  Stream,
  seconds,
  UtcInterval,
  url,
  utc,
  uuid,
  words,
} from './fields.js';
import { Detection, Ledger, Match, Still } from './messages-found.js';
import { Alert, Frame } from './messages-shown.js';
import { Claim, StreamState } from './messages-state.js';

const captured = {
  stream: Stream,
  probe: name('Who captured it'),
  run: uuid("Of this run of the probe's capture of the stream: sequence numbers start anew with each"),
};
const media = {
  ...captured,
  id: uuid('UUIDv5 of the stream, the start of its capture and the digest of the media'),
  sequence: count('Grows by one for each segment of the run that the source announced, lost ones included'),
  carries,
  capture: object(
    { start: utc('When its first byte arrived'), end: utc('When its last byte arrived') },
    "By the probe's clock",
  ),
  media: object(
    {
      start: nullable(Type.Number({ description: 'First time stamp, s, as in the media; null = not known' })),
      duration: seconds('As announced by the source; 0 = not known'),
      discontinuity: Type.Boolean({ description: 'The time stamps start anew here' }),
      programDateTime: nullable(words('As the source claims it: kept, never trusted')),
      last: Type.Boolean({ description: 'The source said that nothing follows' }),
    },
    'Of the media',
  ),
  container: nullable(name('`mpegts`, `mp4`, …: a hint; null = not known')),
  codecs: object(
    { video: nullable(name('`h264`, …')), audio: nullable(name('`aac`, …')) },
    'Hints; null = not known or none',
  ),
  sha256: digest('Of the media'),
  bytes: count('Of the media'),
  source: Source,
};

/** Some seconds of a stream. The body is the media: an init section, if there is one, in front; decrypted. */
export const Segment = object({ ...media, blob: nullable(BlobPlace) });

/** What a probe at the edge sends in place of a segment, whose media it keeps. The body is the features. */
export const Fingerprint = object({
  ...media,
  features: object(
    {
      encoding: name('Of the body, with its version'),
      sha256: digest('Of the body'),
      bytes: count('Of the body'),
    },
    'What was computed of the media',
  ),
  blob: nullable(BlobPlace),
});

/** Asks the probe that captured a stream for the media of a stretch of it, as far as it still has them. */
export const EvidenceRequest = object({
  id: uuid('Of the request'),
  at: utc('When'),
  stream: Stream,
  detection: nullable(uuid('That it is for')),
  time: UtcInterval,
});

/** A segment that was asked for. The body is the media, as of a segment. */
export const Evidence = object({
  ...media,
  request: uuid('That asked for it'),
  blob: nullable(BlobPlace),
});

/** The last message about a request: all that the probe has of it was sent. */
export const EvidenceEnd = object({
  request: uuid('That is answered'),
  at: utc('When'),
  stream: Stream,
  probe: name('Who answers'),
  segments: count('That were sent'),
  time: nullable(UtcInterval),
  reason: words('One sentence, where something is missing; empty = nothing is'),
});

/** Segments that were announced but are not sent. */
export const Lost = object({
  ...captured,
  at: utc('When that was known'),
  sequence: count('Of the first of them'),
  count: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'How many of them, in a row' }),
  carries,
  duration: seconds('Of all of them, as announced'),
  by: oneOf(
    ['source', 'probe'],
    'source: it did not have them; probe: it had them and dropped them, its buffer being full',
  ),
  reason: words('One sentence'),
});

export const State = object({
  ...captured,
  at: utc('When'),
  state: oneOf(['live', 'stalled', 'gone'], 'gone: the last message of the run'),
  reason: words('One sentence'),
});

export const Note = object({
  ...captured,
  at: utc('When'),
  message: words('A choice or a trouble worth a line'),
});

/** A reference as it is now; a message of the same key without a value takes it away. The body is its fingerprint. */
export const Reference = object({
  id: uuid('Also the key of the message'),
  asset: object({
    catalogue: name('Of the rights holder'),
    id: name('Unique within the catalogue'),
    title: words('Of the work'),
    eidr: nullable(words('ISO 26324')),
    isan: nullable(words('ISO 15706')),
    isrc: nullable(words('ISO 3901')),
    rightsHolder: nullable(words('Who holds the rights')),
    territories: Type.Array(words('ISO 3166 code'), { maxItems: 500, description: 'Empty = not stated' }),
    validFrom: nullable(words('ISO 8601 date')),
    validTo: nullable(words('ISO 8601 date')),
    excluded: Type.Array(Interval, {
      maxItems: MAX_EXCLUDED,
      description: "Stretches of its references, in their time, that are others' material and never claim",
    }),
  }),
  fingerprintId: digest('SHA-256 of the media that was fingerprinted'),
  source: url('Name of the file or address it was made from'),
  sourceBytes: count('Of that'),
  registeredAt: utc('When'),
  missing: object(
    { video: seconds('Of pictures'), audio: seconds('Of sound') },
    'What could not be decoded when it was registered',
  ),
  sha256: digest('Of the body'),
  bytes: count('Of the body'),
  blob: nullable(BlobPlace),
});

/** Says that a dead letter went back to where it came from. */
export const Replayed = object({ letter: uuid('Id of the dead letter'), at: utc('When') });

/** Every message, by its type and version. Those with a body carry it as the value of the record. */
export const SCHEMAS = {
  'segment/1': Segment,
  'fingerprint/1': Fingerprint,
  'evidence-request/1': EvidenceRequest,
  'evidence/1': Evidence,
  'evidence-end/1': EvidenceEnd,
  'lost/1': Lost,
  'state/1': State,
  'note/1': Note,
  'match/1': Match,
  'detection/1': Detection,
  'ledger/1': Ledger,
  'still/1': Still,
  'frame/1': Frame,
  'alert/1': Alert,
  'claim/1': Claim,
  'stream-state/1': StreamState,
  'reference/1': Reference,
  'replayed/1': Replayed,
} as const;

export type MessageType = keyof typeof SCHEMAS;
export type Content<T extends MessageType> = Static<(typeof SCHEMAS)[T]>;

const WITH_BODY = ['segment/1', 'fingerprint/1', 'evidence/1', 'reference/1', 'still/1', 'frame/1'] as const;
export type BodyType = (typeof WITH_BODY)[number];
export const hasBody = (type: MessageType): type is BodyType =>
  (WITH_BODY as readonly string[]).includes(type);

/** A message: `type` tells which `content` it has. */
export type Message = { [T in MessageType]: { readonly type: T; readonly content: Content<T> } }[MessageType];
export type MessageOf<T extends MessageType> = Extract<Message, { type: T }>;
