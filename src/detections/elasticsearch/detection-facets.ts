import { FACET_VALUES, type Facet, type FacetValue } from '../search/detection-search.js';
import { shown } from '../search/facets.js';

interface Bucket {
  readonly key: string | number;
  readonly doc_count: number;
  readonly label?: { readonly buckets: readonly { readonly key: string }[] };
}

export interface FacetAnswer {
  readonly buckets: readonly Bucket[];
}

/** The field that a facet counts the values of, and the one that names them, where that is another. */
const FIELDS: Readonly<Record<Facet, { readonly value: string; readonly label?: string }>> = {
  asset: { value: 'assetOfCatalogue', label: 'assetTitle' },
  catalogue: { value: 'catalogue' },
  stream: { value: 'stream', label: 'streamName' },
  host: { value: 'host' },
  modality: { value: 'modality' },
  state: { value: 'state' },
  review: { value: 'review' },
  score: { value: 'scoreRange' },
  delay: { value: 'delayRange' },
  day: { value: 'day' },
};

export function aggregationOf(facet: Facet): object {
  const { value, label } = FIELDS[facet];
  return {
    terms: { field: value, size: FACET_VALUES, order: [{ _count: 'desc' }, { _key: 'asc' }] },
    ...(label && { aggs: { label: { terms: { field: label, size: 1 } } } }),
  };
}

export function valuesOf(facet: Facet, { buckets }: FacetAnswer): FacetValue[] {
  return buckets.map(({ key, doc_count: count, label }) => {
    const value = facet === 'asset' ? (JSON.parse(String(key)) as [string, string])[0] : String(key);
    return { ...shown(facet, value, label?.buckets[0]?.key ?? value), count };
  });
}
