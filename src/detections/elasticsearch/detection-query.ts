import { foldedWords, LONGEST_WORD } from '../../domain/words.js';
import type { DetectionQuery } from '../search/detection-search.js';

/** Words that are asked for at once. */
const MOST_WORDS = 16;

/** The conditions of a query, as filters of Elasticsearch; null = nothing can be found. */
export function filtersOf(query: DetectionQuery): object[] | null {
  const { visible, text, streams, hosts, ips, asns, assets, catalogues, modalities, state, reviews } = query;
  const words = text === undefined ? [] : foldedWords(text).slice(0, MOST_WORDS);
  if (text !== undefined && words.length === 0) return null;
  const among = (field: string, values: readonly (string | number)[] | null | undefined) =>
    values ? [{ terms: { [field]: [...values] } }] : [];
  return [
    ...among('catalogue', visible),
    ...among('catalogue', catalogues),
    ...among('stream', streams),
    ...among('host', hosts),
    ...among('ip', ips),
    ...among('asn', asns),
    ...among('asset', assets),
    ...among('modality', modalities),
    ...among('review', reviews),
    ...among('state', state && [state]),
    ...within('end', { gte: query.since }),
    ...within('start', { lt: query.until }),
    ...within('score', { gte: query.minScore, lte: query.maxScore }),
    ...within('delay', { gte: query.minDelay, lte: query.maxDelay }),
    ...words.map((word) => ({ prefix: { words: { value: word.slice(0, LONGEST_WORD) } } })),
  ];
}

function within(field: string, bounds: Readonly<Record<string, number | undefined>>): object[] {
  const given = Object.entries(bounds).filter(([, bound]) => bound !== undefined);
  return given.length > 0 ? [{ range: { [field]: Object.fromEntries(given) } }] : [];
}
