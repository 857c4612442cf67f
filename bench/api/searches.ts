import { Random } from '../../samples/random.js';
import { ASSETS, assetOf, CATALOGUES, SPAN, STREAMS, streamOf, WORDS } from './filler.js';

/** What analysts and dashboards ask, each with its share. */
const KINDS: readonly (readonly [
  share: number,
  make: (random: Random, until: number) => Record<string, string>,
])[] = [
  [20, () => ({})],
  [15, (random) => ({ asset: assetOf(Math.floor(random.next() ** 2 * ASSETS)).id })],
  [10, (random, until) => ({ stream: streamOf(random.int(0, STREAMS - 1)).id, ...days(random, until, 7) })],
  [10, (random) => ({ catalogue: `catalogue-${random.int(0, CATALOGUES - 1)}`, minScore: '0.8' })],
  [10, (random) => ({ q: random.pick(WORDS) })],
  [5, (random) => ({ q: `${random.pick(WORDS).slice(0, 4)} ${random.pick(WORDS)}`, sort: '-score' })],
  [10, (random) => ({ host: streamOf(random.int(0, STREAMS - 1)).host, review: 'none', modality: 'both' })],
  [5, (random) => ({ catalogue: `catalogue-${random.int(0, CATALOGUES - 1)}`, sort: '-score' })],
  [5, () => ({ state: 'open', sort: '-score' })],
  [
    10,
    (random, until) => ({
      catalogue: `catalogue-${random.int(0, CATALOGUES - 1)}`,
      ...days(random, until, 3),
      facets: 'asset,stream,host,modality,review,score,day',
    }),
  ],
];

/** Searches, hardly one like another. @param until the last moment of what is stored, ms since 1970 */
export function searches(seed: string, until: number): () => string {
  const random = new Random(seed);
  const all = KINDS.reduce((sum, [share]) => sum + share, 0);
  return () => {
    let left = random.range(0, all);
    const kind = KINDS.find(([share]) => {
      left -= share;
      return left < 0;
    });
    const query = new URLSearchParams({ limit: '50', ...kind?.[1](random, until) });
    return `/v1/detections?${query}`;
  };
}

function days(random: Random, until: number, count: number): { since: string; until: string } {
  const end = until - random.range(0, SPAN - count * 86_400_000);
  const iso = (ms: number) => new Date(ms).toISOString();
  return { since: iso(end - count * 86_400_000), until: iso(end) };
}
