import { StreamprintError } from '../../domain/errors.js';
import type { PackField, PackFields } from './chunk-reader.js';
import type { ElasticClient } from './client.js';
import type { IndexNames } from './indices.js';
import { tokenOf } from './terms.js';

/** Terms of one query; the server has a bound of its own, which depends on its heap and cores, and is at least 1,024. */
const TERMS_A_QUERY = 4000;
const LEAST_TERMS_A_QUERY = 500;
/** What the servers of this process took so far. */
let termsAQuery = TERMS_A_QUERY;

export interface ChunkHit {
  readonly id: string;
  readonly score: number;
  readonly fields: PackFields;
}

interface SearchAnswer {
  readonly hits: {
    readonly hits: readonly { readonly _id: string; readonly _score: number; readonly fields?: PackFields }[];
  };
}

/**
 * The chunks that share most with some terms, in one round trip: each term weighs by how few chunks have it (BM25's
 * idf; each counts once), and no number of them is demanded.
 */
export async function searchTerms(
  client: ElasticClient,
  names: IndexNames,
  field: 'sound' | 'pictures',
  terms: readonly number[],
  size: number,
  fields: readonly PackField[],
): Promise<ChunkHit[]> {
  if (terms.length === 0) return [];
  for (;;) {
    try {
      const bodies = bodiesOf(field, terms, size, fields);
      return merged(await client.searches<SearchAnswer>(names.chunks, bodies)).slice(0, size);
    } catch (error) {
      if (!isTooMany(error) || termsAQuery <= LEAST_TERMS_A_QUERY) throw error;
      termsAQuery = Math.max(LEAST_TERMS_A_QUERY, termsAQuery >> 1);
    }
  }
}

/** A question of many terms is asked in parts. */
function bodiesOf(
  field: string,
  terms: readonly number[],
  size: number,
  fields: readonly PackField[],
): object[] {
  const parts = Math.ceil(terms.length / termsAQuery);
  const each = Math.ceil(terms.length / parts);
  return Array.from({ length: parts }, (_, i) => {
    const query = terms.slice(i * each, (i + 1) * each).map(tokenOf);
    return {
      size,
      track_total_hits: false,
      stored_fields: fields,
      query: { match: { [field]: { query: query.join(' ') } } },
    };
  });
}

function isTooMany(error: unknown): boolean {
  return (
    error instanceof StreamprintError && /too_many_(nested_)?clauses|maxClauseCount/i.test(error.message)
  );
}

/** What several parts of a question found: the sums of their scores, best first. */
function merged(answers: readonly SearchAnswer[]): ChunkHit[] {
  const hits = new Map<string, ChunkHit>();
  for (const answer of answers) {
    for (const { _id: id, _score: score, fields = {} } of answer.hits.hits) {
      const before = hits.get(id);
      hits.set(id, { id, score: score + (before?.score ?? 0), fields });
    }
  }
  return [...hits.values()].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
