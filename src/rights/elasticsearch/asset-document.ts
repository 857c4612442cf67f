import type { CopyKind } from '../../search-copies/copy-kind.js';
import { KEYWORD, WORDS } from '../../search-copies/fields.js';
import type { FedAsset } from '../search/asset-feed.js';

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
      catalogue: KEYWORD,
      id: KEYWORD,
      eidr: KEYWORD,
      isan: KEYWORD,
      isrc: KEYWORD,
      state: KEYWORD,
      words: WORDS,
      titleKey: KEYWORD,
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
