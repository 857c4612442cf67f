import type { PackField, PackFields } from './chunk-reader.js';
import type { SearchBatch } from './search-batch.js';
import { type AskedTerms, groupTerms } from './term-groups.js';
import { tokensOf } from './terms.js';

export interface ChunkHit {
  readonly id: string;
  readonly fields: PackFields;
}

interface SearchAnswer {
  readonly hits: {
    readonly hits: readonly { readonly _id: string; readonly fields?: PackFields }[];
  };
}

/**
 * The chunks that share most with some terms, best first, in one round trip: terms count in groups, which weigh by how
 * rare their terms are, and no number of them is demanded.
 */
export async function searchTerms(
  searches: SearchBatch,
  field: 'sound' | 'pictures',
  asked: AskedTerms,
  size: number,
  fields: readonly PackField[],
): Promise<ChunkHit[]> {
  if (asked.terms.length === 0) return [];
  const should = groupTerms(asked).map(({ weight, terms }) => ({
    constant_score: { boost: weight, filter: { terms: { [field]: tokensOf(terms) } } },
  }));
  const body = { size, track_total_hits: false, stored_fields: fields, query: { bool: { should } } };
  const { hits } = await searches.search<SearchAnswer>(body);
  return hits.hits.map(({ _id: id, fields: got = {} }) => ({ id, fields: got }));
}
