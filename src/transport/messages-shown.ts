/** What workers and the service say for people who watch. */
import Type from 'typebox';
import {
  BlobPlace,
  count,
  digest,
  name,
  nullable,
  object,
  oneOf,
  Stream,
  UtcInterval,
  url,
  utc,
  uuid,
  words,
} from './fields.js';
import { found } from './messages-found.js';

/** What a stream looks like now: said now and then. The body is a JPEG of one of its key frames, or empty. */
export const Frame = object({
  stream: Stream,
  at: utc('When its segment was captured'),
  probe: name('Who captured it'),
  source: url('The address that the segment came from'),
  bitRate: nullable(
    Type.Number({
      minimum: 0,
      description: 'Of the media since the last such message, bit/s; null = not known',
    }),
  ),
  time: nullable(Type.Number({ description: 'Of the picture, in the media, s; null = there is none' })),
  sha256: digest('Of the body'),
  bytes: count('Of the body; 0 = there is no picture'),
  blob: nullable(BlobPlace),
});

/** A detection that a rule asks to be told of. It may come again, under the same id. */
export const Alert = object({
  id: uuid('The same whenever it is told'),
  at: utc('When it was decided'),
  number: count('Grows with each alert: alerts of one detection come in this order'),
  rule: object({ id: uuid('Of the rule'), name: words('As people call it') }, 'That asks for it'),
  change: oneOf(['opened', 'extended', 'closed'], 'opened: the first that this rule is told of it'),
  detection: uuid('Of the detection, the same in all its messages'),
  stream: Stream,
  ...found,
  time: UtcInterval,
});
