import type { PackField, PackFields } from './chunk-reader.js';
import type { ElasticClient } from './client.js';
import type { IndexNames } from './indices.js';
import { groupTerms } from './term-groups.js';
import { tokenOf } from './terms.js';

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
 * @param countOf chunks or places of a term: 1 or more
 */
export async function searchTerms(
  client: ElasticClient,
  names: IndexNames,
  field: 'sound' | 'pictures',
  terms: readonly number[],
  countOf: (term: number) => number,
  size: number,
  fields: readonly PackField[],
): Promise<ChunkHit[]> {
  if (terms.length === 0) return [];
  const should = groupTerms(terms, countOf).map(({ weight, terms: of }) => ({
    constant_score: { boost: weight, filter: { terms: { [field]: Array.from(of, tokenOf) } } },
  }));
  const body = { size, track_total_hits: false, stored_fields: fields, query: { bool: { should } } };
  const [answer] = await client.searches<SearchAnswer>(names.chunks, [body]);
  return answer!.hits.hits.map(({ _id: id, fields: got = {} }) => ({ id, fields: got }));
}
