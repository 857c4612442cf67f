import Type, { type Static } from 'typebox';
import type { ThreadedTimelines } from '../detections/threaded-timelines.js';
import { type KnownStream, STREAM_STATES } from '../service/stream-line.js';
import { STREAM_SORTS, type StreamQuery } from '../service/stream-list.js';
import { exactly, Time } from './route.js';
import { addressOf, networks } from './senders.js';
import { momentOf } from './time-range.js';

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

/** Where a list of streams goes on: after this one. */
export const StreamPlace = Type.Object({ host: Type.String(), name: Type.String(), id: Type.String() });
type StreamPlace = Static<typeof StreamPlace>;

export const placeOf = ({ host, stream: { id, name } }: KnownStream): StreamPlace => ({
  ...{ host: host ?? '', id, name },
});

/** What a filter asks for. @throws 422 that points at what cannot be looked for */
export async function streamQueryOf(
  { state, q, probe, host, ip, asn, since, until }: StreamFilter,
  timelines: Pick<ThreadedTimelines, 'streamsSentBy' | 'streamsSeen'>,
): Promise<StreamQuery> {
  const from = since === undefined ? 0 : momentOf(since, '/since');
  const to = until === undefined ? Number.MAX_SAFE_INTEGER : momentOf(until, '/until');
  const among = await Promise.all([
    ...(ip || asn ? [timelines.streamsSentBy({ ips: ip?.map(addressOf), asns: asn })] : []),
    ...(since !== undefined || until !== undefined ? [timelines.streamsSeen(from, to)] : []),
  ]);
  return { state, text: q, probe, hosts: host, among };
}
