/** A value that is found by what it is; longer ones, in characters, are only shown. */
export const KEYWORD = { type: 'keyword', ignore_above: 8000 } as const;

/** Folded words with spaces between them, which are asked for by how they begin. */
export const WORDS = {
  type: 'text',
  analyzer: 'whitespace',
  norms: false,
  index_options: 'docs',
  index_prefixes: { min_chars: 1, max_chars: 8 },
} as const;
