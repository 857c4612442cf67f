import type { ThreadAnswer } from '../../domain/waiting-calls.js';

/**
 * What is asked of the thread that searches: a list of calls, answered by one text, the JSON of the list of answers.
 * Objects by the hundred cross threads several times faster as text.
 */
export interface SearchCall {
  readonly id: number;
  readonly method: 'page' | 'total' | 'facets' | 'get' | 'close';
  readonly parameters: readonly unknown[];
}

export type SearchAnswer = ThreadAnswer<unknown>;
