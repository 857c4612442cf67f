import Type, { type Static } from 'typebox';
import { byNameOfStream } from '../detections/timeline-drawn.js';
import type { TimelineReader } from '../detections/timeline-reader.js';
import type { KnownStream } from '../service/stream-board.js';
import { exactly, Time } from './route.js';
import { addressOf, networks } from './senders.js';
import { momentOf } from './time-range.js';

export const STREAM_STATES = ['live', 'stalled', 'gone', 'unknown'] as const;
export const STREAM_SORTS = ['name', '-name', 'host', '-host'] as const;

const values = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 500 }), { minItems: 1, maxItems: 100, description }),
  );

/** Which streams. A parameter with several values may be given several times. */
export const STREAM_FILTER = {
  state: Type.Optional(Type.Enum([...STREAM_STATES])),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Part of the name, address or id' })),
  probe: Type.Optional(Type.String({ maxLength: 500 })),
  host: values('Hosts of their addresses'),
  ip: values('Addresses that have sent them while something was detected'),
  asn: networks(100),
  since: Type.Optional({ ...Time, description: 'Something of them was captured at this moment or later' }),
  until: Type.Optional({ ...Time, description: 'And before this one' }),
};

export const STREAM_SORT = Type.Enum([...STREAM_SORTS], {
  default: 'name',
  description: 'A minus = falling; those of one host are by name',
});

const Filter = exactly(STREAM_FILTER);
export type StreamFilter = Static<typeof Filter>;
export type StreamSort = (typeof STREAM_SORTS)[number];

/** Where a list of streams goes on: after this one. */
export const StreamPlace = Type.Object({ host: Type.String(), name: Type.String(), id: Type.String() });
type StreamPlace = Static<typeof StreamPlace>;

export const placeOf = ({ host, stream: { id, name } }: KnownStream): StreamPlace => ({
  ...{ host: host ?? '', id, name },
});

/** Those that a filter lets through. @throws 422 that points at what cannot be looked for */
export function filtered(
  streams: readonly KnownStream[],
  filter: StreamFilter,
  timeline: Pick<TimelineReader, 'streamsSentBy' | 'streamsSeen'>,
): KnownStream[] {
  const { state, q = '', probe, host, ip, asn, since, until } = filter;
  const words = q.toLowerCase();
  const hosts = host && new Set(host.map((name) => name.toLowerCase()));
  const sent = ip || asn ? timeline.streamsSentBy({ ips: ip?.map(addressOf), asns: asn }) : null;
  const seen =
    since !== undefined || until !== undefined
      ? timeline.streamsSeen(
          since === undefined ? 0 : momentOf(since, '/since'),
          until === undefined ? Number.MAX_SAFE_INTEGER : momentOf(until, '/until'),
        )
      : null;
  return streams.filter(
    ({ stream: { id, name, url }, ...one }) =>
      (state === undefined || one.state === state) &&
      (probe === undefined || one.probe === probe) &&
      (!hosts || hosts.has(one.host ?? '')) &&
      (sent === null || sent.has(id)) &&
      (seen === null || seen.has(id)) &&
      `${name}\n${url}\n${id}`.toLowerCase().includes(words),
  );
}

/** In an order, from after a place on. */
export function ordered(
  streams: readonly KnownStream[],
  sort: StreamSort,
  after: StreamPlace | null,
): KnownStream[] {
  const way = sort.startsWith('-') ? -1 : 1;
  const compare = (a: StreamPlace, b: StreamPlace): number =>
    way * ((sort.endsWith('host') ? compareTexts(a.host, b.host) : 0) || byNameOfStream(a, b));
  return streams
    .filter((one) => after === null || compare(placeOf(one), after) > 0)
    .sort((a, b) => compare(placeOf(a), placeOf(b)));
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
