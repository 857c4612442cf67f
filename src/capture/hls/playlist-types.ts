import type { ByteRange } from '../fetcher.js';
import type { Seconds } from '../seconds.js';

/** One of several qualities of the same programme. */
export interface Variant {
  readonly uri: string;
  /** Null = not said. */
  readonly width: number | null;
  readonly height: number | null;
  /** Bits per second; 0 = not said. */
  readonly bandwidth: number;
  /** As in RFC 6381; empty = not said. */
  readonly codecs: string;
  /** Name of its group of sound renditions; null = the sound is in the variant. */
  readonly audioGroup: string | null;
}

/** One sound track of a group. */
export interface AudioRendition {
  readonly group: string;
  readonly name: string;
  readonly language: string;
  readonly isDefault: boolean;
  readonly autoselect: boolean;
  /** Null = it is inside the variant's own segments. */
  readonly uri: string | null;
}

export interface MasterPlaylist {
  readonly kind: 'master';
  readonly variants: readonly Variant[];
  readonly audio: readonly AudioRendition[];
}

/** How segments are encrypted. */
export type SegmentKey =
  | { readonly method: 'AES-128'; readonly uri: string; readonly iv: Buffer | null }
  /** Encrypted in a way that is not undone. */
  | { readonly method: 'unsupported'; readonly reason: string };

/** EXT-X-MAP: what a decoder needs before the first byte of a segment. */
export interface InitSection {
  readonly uri: string;
  readonly range: ByteRange | null;
  readonly key: SegmentKey | null;
}

export interface MediaSegment {
  readonly uri: string;
  readonly sequence: number;
  readonly duration: Seconds;
  readonly range: ByteRange | null;
  readonly discontinuity: boolean;
  /** The server says itself that it does not have this one. */
  readonly gap: boolean;
  readonly programDateTime: string | null;
  readonly key: SegmentKey | null;
  readonly map: InitSection | null;
}

export interface MediaPlaylist {
  readonly kind: 'media';
  readonly targetDuration: Seconds;
  /** Media sequence number of the first segment. */
  readonly firstSequence: number;
  /** Nothing follows: a recording, or a live stream that has ended. */
  readonly ended: boolean;
  readonly segments: readonly MediaSegment[];
}

export type Playlist = MasterPlaylist | MediaPlaylist;
