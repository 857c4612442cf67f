import Type, { type Static } from 'typebox';
import { REVIEW_STATES } from '../../detections/review.js';
import { type DetectionQuery, FACETS, type Facet, SORTS } from '../../detections/search/detection-search.js';
import { exactly, Time } from '../route.js';
import { addressOf, networks } from '../senders.js';
import { momentOf } from '../time-range.js';

const MAX_VALUES = 50;

/** May be given several times: any of them. */
const values = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 300 }), {
      minItems: 1,
      maxItems: MAX_VALUES,
      description,
    }),
  );
const oneOf = <T extends string>(words: readonly T[], description: string) =>
  Type.Optional(Type.Array(Type.Enum([...words]), { minItems: 1, maxItems: 10, description }));

/** Which detections. A parameter with several values may be given several times. */
export const FILTER = {
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'Words of the title or of the name of the stream, or their beginnings: all of them',
    }),
  ),
  stream: values('Ids of streams'),
  host: values("Hosts of the streams' addresses"),
  ip: values('Addresses that sent the stream meanwhile'),
  asn: networks(MAX_VALUES),
  asset: values('Ids of assets, in whichever catalogue'),
  catalogue: values('Names of catalogues'),
  since: Type.Optional({ ...Time, description: 'Those that end at or after this' }),
  until: Type.Optional({ ...Time, description: 'Those that start before this' }),
  minScore: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  maxScore: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  modality: oneOf(['video', 'audio', 'both'], 'What was recognised'),
  minDelay: Type.Optional(Type.Number({ description: 'Behind a live reference, s' })),
  maxDelay: Type.Optional(Type.Number({ description: 'Behind a live reference, s' })),
  state: Type.Optional(Type.Enum(['open', 'closed'], { description: 'Whether it goes on' })),
  review: oneOf(REVIEW_STATES, 'What was said of it last'),
};

export const SORT = Type.Enum([...SORTS], { default: '-start', description: 'A minus = falling' });

export const FACET_LIST = Type.Optional(
  Type.String({
    pattern: `^(${FACETS.join('|')})(,(${FACETS.join('|')})){0,${FACETS.length - 1}}$`,
    description: `What to count by, with commas between: ${FACETS.join(', ')}`,
  }),
);

const Filter = exactly(FILTER);

/** @param visible catalogues that the asker may see; null = all */
export function queryOf(filter: Static<typeof Filter>, visible: DetectionQuery['visible']): DetectionQuery {
  const { q, stream, host, ip, asn, asset, catalogue, modality, review } = filter;
  const { since, until, minScore, maxScore, minDelay, maxDelay, state } = filter;
  return {
    visible,
    ...(q !== undefined && { text: q }),
    ...(stream && { streams: stream }),
    ...(host && { hosts: host.map((name) => name.toLowerCase()) }),
    ...(ip && { ips: ip.map(addressOf) }),
    ...(asn && { asns: asn }),
    ...(asset && { assets: asset }),
    ...(catalogue && { catalogues: catalogue }),
    ...(since !== undefined && { since: momentOf(since, '/since') }),
    ...(until !== undefined && { until: momentOf(until, '/until') }),
    ...(minScore !== undefined && { minScore }),
    ...(maxScore !== undefined && { maxScore }),
    ...(minDelay !== undefined && { minDelay }),
    ...(maxDelay !== undefined && { maxDelay }),
    ...(modality && { modalities: modality }),
    ...(state !== undefined && { state }),
    ...(review && { reviews: review }),
  };
}

export function facetsIn(list: string): Facet[] {
  return [...new Set(list.split(',') as Facet[])];
}
