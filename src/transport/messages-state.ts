/** What workers say to each other, so that one goes on where another has ended. */
import Type from 'typebox';
import {
  carries,
  count,
  digest,
  name,
  nullable,
  object,
  oneOf,
  Stream,
  seconds,
  UtcInterval,
  url,
  utc,
  uuid,
  words,
} from './fields.js';
import { Detection, found, Ledger, Match } from './messages-found.js';

const known = object({ id: uuid('Of the detection'), ...found, time: UtcInterval });
const detections = (maxItems: number, description: string) => Type.Array(known, { maxItems, description });
const position = object(
  {
    first: object({ uri: url('Address'), digest: digest('Of the media'), start: utc('On the time line') }),
    last: object({
      mediaEnd: Type.Number({ description: 'Media time of its end, s' }),
      end: utc('On the time line'),
      capturedAt: utc('When its first byte arrived'),
    }),
  },
  'First and last segment of a run',
);
const progress = (of: string) =>
  nullable(
    object(
      {
        partition: count('It lies in'),
        offset: count('Of it'),
        run: uuid('Of it'),
        next: nullable(count('Next sequence number; null = not known')),
      },
      `Last message of ${of} that was worked on; null = none`,
    ),
  );
const track = object({
  carries,
  expected: Type.Number({ description: 'Stream time at which its next segment starts, s' }),
  shift: Type.Number({ description: 'Stream time less media time, s' }),
});
const clock = object(
  {
    epoch: nullable(
      Type.Number({ description: 'Of stream time 0, by the probe, ms since 1970; null = not begun' }),
    ),
    utcEpoch: Type.Number({ description: 'What that counts as, ms since 1970' }),
    position: nullable(position),
    earlier: nullable(position),
    tracks: Type.Array(track, { maxItems: 2 }),
    lost: seconds('Announced since the last segment and not had'),
  },
  'The time line of its run',
);

/** Takes a stream over: what any other worker says of it from here on does not count. */
export const Claim = object({
  stream: Stream,
  at: utc('When'),
  claim: uuid('Made up by the worker'),
});

/** Where a stream stands. It counts if no other claim lies between it and its own. The last one is gone on with. */
export const StreamState = object({
  stream: Stream,
  at: utc('When'),
  claim: uuid('Of the worker'),
  revision: count('Grows by one with each state of the claim'),
  capture: object(
    {
      state: nullable(oneOf(['live', 'stalled', 'gone'], 'null = not known')),
      since: utc('When that was'),
      reason: words('One sentence'),
      probe: name('Who captures it'),
    },
    'What was heard of its capture last',
  ),
  progress: object({
    segments: progress('streamprint.segments'),
    fingerprints: progress('streamprint.fingerprints'),
  }),
  told: count('Number of the last detection or ledger message'),
  run: object(
    {
      id: nullable(uuid('Of the capture; null = none was seen')),
      clock,
      soundApart: Type.Boolean({ description: 'Its sound has a rendition of its own' }),
      placed: Type.Array(
        object({
          sequence: count('Of the segment'),
          carries,
          shift: Type.Number({ description: 'Stream time less media time, s' }),
          end: Type.Number({ description: 'Stream time, s' }),
        }),
        { maxItems: 2000, description: 'Where the last segments lie' },
      ),
    },
    'What goes on with it',
  ),
  detections: object({
    open: detections(1000, 'That are open'),
    closed: detections(200, 'That were closed in this run, not long ago'),
    past: detections(200, 'That were closed in the run before'),
  }),
  news: object(
    {
      detections: Type.Array(Detection, { maxItems: 1000 }),
      matches: Type.Array(Match, { maxItems: 1000 }),
      ledger: Type.Array(Ledger, { maxItems: 1000 }),
    },
    'What it led to: sent when it counts, and again by whoever takes over',
  ),
});
