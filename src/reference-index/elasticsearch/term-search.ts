import type { PackField, PackFields } from './chunk-reader.js';
import type { ElasticClient } from './client.js';
import type { IndexNames } from './indices.js';
import { tokenOf } from './terms.js';

/** The server's own bound on the terms of a query is at least twice this with a heap of 512 MB. */
const TERMS_A_QUERY = 4000;

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
  const parts = Math.ceil(terms.length / TERMS_A_QUERY);
  const each = Math.ceil(terms.length / parts);
  const bodies = Array.from({ length: parts }, (_, i) => ({
    size,
    track_total_hits: false,
    stored_fields: fields,
    query: {
      match: {
        [field]: {
          query: terms
            .slice(i * each, (i + 1) * each)
            .map(tokenOf)
            .join(' '),
        },
      },
    },
  }));
  const answers = await client.searches<SearchAnswer>(names.chunks, bodies);
  return merged(answers).slice(0, size);
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
