import type { NumberedFeed } from '../storage/numbered-feed.js';

/** A thing of a store, as it is to be on the server. */
export interface Copy {
  readonly id: string;
  /** JSON; null = the thing is gone. */
  readonly document: string | null;
}

/** What copies of one kind of things are. */
export interface CopyKind<T extends { readonly number: number }> {
  /** As sentences begin with it: `Detection`, `Detections`. */
  readonly one: string;
  readonly many: string;
  /** Part of the index's name. */
  readonly alias: string;
  /** Of the documents. An index of another layout is made anew: it is a copy. */
  readonly layout: number;
  /** Strict; `number` is that of the last change. */
  readonly mapping: {
    readonly dynamic: 'strict';
    readonly properties: Readonly<Record<string, object>> & { readonly number: { readonly type: 'long' } };
  };
  /** Whether what was copied is shown to searches at once, else in a second: for what changes seldom. */
  readonly isShownAtOnce: boolean;
  copyOf(thing: T): Copy;
}

export type Feed<T extends { readonly number: number }> = Pick<
  NumberedFeed<T>,
  'name' | 'last' | 'hasChanged' | 'after' | 'before' | 'countAfter' | 'close'
>;
