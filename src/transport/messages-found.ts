/** What workers say of what they found. */
import Type from 'typebox';
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
  Stream,
  UtcInterval,
  utc,
  uuid,
  words,
} from './fields.js';

const fraction = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

export const found = {
  catalogue: name('Of the rights holder'),
  assetId: name('Unique within the catalogue'),
  title: words('Of the asset'),
  referenceId: uuid('Of the rendition that matched'),
  modality: oneOf(['video', 'audio', 'both'], 'What matched'),
  reference: Interval,
  speed: Type.Number({ exclusiveMinimum: 0, description: 'Seconds of reference a second of stream' }),
  mirrored: Type.Boolean(),
  box: nullable(
    object(
      { x0: fraction('Left'), y0: fraction('Top'), x1: fraction('Right'), y1: fraction('Bottom') },
      'Of the picture of the stream, without flat borders: the part that shows it; null = it is heard',
    ),
  ),
  score: Type.Number({ minimum: 0, maximum: 1 }),
  expectedFalsePerDay: Type.Number({ minimum: 0, description: 'A day and stream, at this score' }),
  delay: nullable(
    Type.Number({ description: 'Seconds that the stream is behind a live reference; null for all others' }),
  ),
};

/** An alignment that passed. */
export const Match = object({
  stream: Stream,
  at: utc('When it was decided'),
  ...found,
  time: UtcInterval,
  open: Type.Boolean({ description: 'It may still grow' }),
});

const number = count('Grows with each message of the stream; one that is told again keeps its number');

/** A detection that opened, went on or closed. The last message of a detection says all that is known of it. */
export const Detection = object({
  change: oneOf(['opened', 'extended', 'closed'], 'What happened'),
  at: utc('When'),
  number,
  id: uuid('Of the detection, the same in all its messages'),
  stream: Stream,
  ...found,
  time: UtcInterval,
  sender: nullable(
    object({
      ip: name('Address that the segment came from, in which it was found or went on'),
      asn: nullable(count('Network of that address')),
    }),
  ),
});

/** What became of a stretch of a stream. With it every segment that was announced is accounted for. */
export const Ledger = object({
  stream: Stream,
  at: utc('When'),
  number,
  time: UtcInterval,
  state: oneOf(
    ['captured', 'damaged', 'lost', 'silent'],
    'damaged: in part not decodable; lost: not had; silent: the source gave nothing',
  ),
  reason: words('Empty for captured'),
  segments: nullable(
    object(
      {
        run: uuid('Of the capture'),
        sequence: count('Of the first'),
        count: count('How many'),
        carries,
      },
      'That it is about; null = none: there were none in that time',
    ),
  ),
});

/** A picture that shows a detection: of the stream, and of the reference at the same place. The body is a JPEG. */
export const Still = object({
  stream: Stream,
  detection: uuid('That it shows'),
  side: oneOf(['stream', 'reference'], 'Of which it is'),
  time: Type.Number({ description: 'In the media or the reference, s' }),
  sha256: digest('Of the body'),
  bytes: count('Of the body'),
  blob: nullable(BlobPlace),
});
