import Type from 'typebox';
import { exactly, Name, orNull, Time } from '../route.js';

export const Side = Type.Enum(['stream', 'reference'], { description: 'Of which side' });
export const SidePath = exactly({ id: Name('Id of a detection'), side: Side });
export const FramePath = exactly({
  id: Name('Id of a detection'),
  n: Type.Integer({ minimum: 0, maximum: 10_000, description: 'Number of the pair' }),
  side: Side,
});

const Missing = {
  available: Type.Boolean(),
  reason: orNull(Type.String({ description: 'Why it is not there' })),
};
const seconds = (description: string) => Type.Number({ description });
const Share = orNull(Type.Number({ minimum: 0, maximum: 1 }));

export const AlignmentItem = Type.Object(
  {
    ...Missing,
    line: Type.Object(
      { speed: Type.Number(), offset: seconds('Reference time at the start of the detection') },
      {
        description:
          'reference time = speed × stream time + offset. Stream times count from the start of the detection',
      },
    ),
    from: seconds('Of the stream'),
    to: seconds('Of the stream'),
    points: Type.Array(
      Type.Object({
        streamTime: Type.Number(),
        referenceTime: Type.Number(),
        similarity: Type.Number({ minimum: 0, maximum: 1 }),
        modality: Type.Enum(['audio', 'video']),
      }),
      { description: 'Where stretches of sound, and pictures, were found to lie' },
    ),
    perSecond: Type.Array(Type.Object({ t: Type.Number(), sound: Share, picture: Share }), {
      description:
        'How alike both are, of each second: 1 = the same, 0 = as by chance, null = nothing to compare',
    }),
    hits: Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), {
      description:
        'Landmarks of the sound that both have: stream time, reference time. Those of the work lie on the line, all others by chance',
    }),
    view: orNull(
      Type.Object(
        {
          x0: Type.Number(),
          y0: Type.Number(),
          x1: Type.Number(),
          y1: Type.Number(),
          mirrored: Type.Boolean(),
          ofReference: Type.Enum(['whole', 'centre']),
        },
        { description: "The part of the stream's picture that shows the reference's, in shares of it" },
      ),
    ),
  },
  { $id: 'Alignment' },
);

export const FramesItem = Type.Object(
  {
    media: Type.Object({
      state: Type.Enum(['ready', 'fetching', 'missing'], {
        description: 'Of the media of the stream: `fetching` = ask again in some seconds',
      }),
      reason: orNull(Type.String()),
      placed: orNull(
        Type.Enum(['exactly', 'by-the-clock'], {
          description: '`by-the-clock`: pictures of the stream may be some seconds off',
        }),
      ),
    }),
    items: Type.Array(
      Type.Object({
        n: Type.Integer(),
        time: orNull(Time),
        streamTime: orNull(seconds('From the start of the detection')),
        referenceTime: orNull(Type.Number()),
        stream: Type.Object(Missing),
        reference: Type.Object(Missing),
      }),
      { description: 'The first pair was taken when the detection was found' },
    ),
  },
  { $id: 'Frames' },
);

const PeakList = Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), {
  description: 'Peaks of the sound: time, frequency in Hz',
});

export const SpectrogramItem = Type.Object(
  {
    ...Missing,
    from: Type.Number(),
    to: Type.Number(),
    image: orNull(
      Type.Object(
        {
          columns: Type.Integer(),
          rows: Type.Integer(),
          step: seconds('From one column to the next'),
          minHz: Type.Number(),
          maxHz: Type.Number(),
          pixels: Type.String({
            contentEncoding: 'base64',
            description: 'A byte a point, row by row, the highest frequency first, on a logarithmic axis',
          }),
        },
        { description: 'Where the media are there' },
      ),
    ),
    imageReason: orNull(Type.String({ description: 'Why there is no image' })),
    peaks: PeakList,
    words: orNull(
      Type.Object(
        { start: Type.Number(), step: Type.Number(), words: Type.Array(Type.Integer()) },
        { description: '32 bits each: which band gained on its upper neighbour' },
      ),
    ),
    agreeing: Type.Array(
      Type.Object({
        own: PeakList,
        other: PeakList,
      }),
      { description: 'Pairs of peaks that both sides have: of this side, and of the other' },
    ),
  },
  { $id: 'Spectrogram' },
);

export const FactsItem = Type.Object(
  {
    stream: Type.Object({
      id: Type.String(),
      name: Type.String(),
      url: Type.String(),
      host: orNull(Type.String()),
    }),
    coverage: Type.Array(
      Type.Object({ start: Time, end: Time, state: Type.String(), reason: Type.String() }),
      { description: 'What was captured in the time of the detection, and what was not' },
    ),
    capture: Type.Object({
      ...Missing,
      probe: orNull(Type.String()),
      segments: Type.Array(
        Type.Object({
          sequence: Type.Integer(),
          firstByte: Time,
          lastByte: Time,
          sha256: Type.String(),
          bytes: Type.Integer(),
          duration: seconds('As announced by the source'),
          programDateTime: orNull(Type.String({ description: 'As the source claims it' })),
          url: Type.String({ description: 'After all redirects' }),
          redirects: Type.Array(Type.String()),
          ip: orNull(Type.String()),
          network: orNull(Type.Integer({ description: 'Number of the autonomous system' })),
          country: orNull(Type.String()),
          status: orNull(Type.Integer()),
          headers: Type.Record(Type.String(), Type.String()),
          tls: orNull(Type.String({ description: "SHA-256 of the server's certificate" })),
        }),
      ),
    }),
  },
  { $id: 'CaptureFacts' },
);
