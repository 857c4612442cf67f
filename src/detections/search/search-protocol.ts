import type { ErrorCode } from '../../domain/errors.js';

/**
 * What is asked of the thread that searches: a list of calls, answered by one text, the JSON of the list of answers.
 * Objects by the hundred cross threads several times faster as text.
 */
export interface SearchCall {
  readonly id: number;
  readonly method: 'page' | 'total' | 'facets' | 'get' | 'close';
  readonly parameters: readonly unknown[];
}

export type SearchAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly code: ErrorCode; readonly message: string } }
  /** Something that should not happen. */
  | { readonly id: number; readonly fault: string };
