import type { CopyKind } from '../../search-copies/copy-kind.js';
import type { FedAsset } from '../search/asset-feed.js';

/** Longest value that is found by what it is, characters. */
const LONGEST_VALUE = 8000;

const keyword = { type: 'keyword', ignore_above: LONGEST_VALUE };

/** What an asset is searched by is a document; what is shown of it is read from the store. */
export const ASSET_COPIES: CopyKind<FedAsset> = {
  one: 'Asset',
  many: 'Assets',
  alias: 'assets',
  layout: 1,
  mapping: {
    dynamic: 'strict',
    properties: {
      number: { type: 'long' },
      catalogue: keyword,
      id: keyword,
      eidr: keyword,
      isan: keyword,
      isrc: keyword,
      state: keyword,
      words: {
        type: 'text',
        analyzer: 'whitespace',
        norms: false,
        index_options: 'docs',
        // Words are asked for by how they begin.
        index_prefixes: { min_chars: 1, max_chars: 8 },
      },
      titleKey: keyword,
      updatedAt: { type: 'long' },
    },
  },
  isShownAtOnce: true,
  copyOf: ({ number, no, found }) => ({
    id: String(no),
    document: found && JSON.stringify({ number, ...found }),
  }),
};

/** What is told of a document: which asset it is of, and where lists go on. */
export const SHOWN = ['catalogue', 'id', 'titleKey', 'updatedAt'] as const;

export interface ShownDocument {
  readonly catalogue: string;
  readonly id: string;
  readonly titleKey: string;
  readonly updatedAt: number;
}
