/** A segment is this long, s. */
export const SEGMENT_SECONDS = 4;
/** Pictures a second. */
export const RATE = 25;

/** A file with pictures and sound that channels are made of. */
export interface Work {
  /** Also the asset id. */
  readonly id: string;
  readonly title: string;
  readonly file: string;
  /** s */
  readonly duration: number;
  /** Registered as a reference; the others are what channels show besides. */
  readonly planted: boolean;
}

/** What pirates do to a work before they send it. */
export type AttackName = 're-encode' | 'logo' | 'crop' | 'mirrored' | 'speed' | 'letterbox';

/** A stretch of a reel. */
export interface Item {
  readonly work: string;
  /** Null where the work is nobody's. */
  readonly attack: AttackName | null;
  /** Where in the work it begins, s. */
  readonly from: number;
  /** Seconds of work a second of reel. */
  readonly speed: number;
  /** Of reel, whole pictures, s. */
  readonly start: number;
  readonly end: number;
}

/** A loop that channels show, each from its own place on: a whole number of segments. */
export interface Reel {
  readonly seconds: number;
  readonly items: readonly Item[];
}

/** How a reel is encoded. */
export type Variant = 'h264' | 'hevc';

/** What becomes of a segment on its way: packets hit, or the server not having it although it named it. */
export type Damage = 'corrupt' | 'missing';

/** One segment of one channel. It was broadcast in the 4 s before `at`. */
export interface Emission {
  /** Media sequence number. */
  readonly sequence: number;
  /** When it is complete and in the playlist, ms from the start of the broadcast. */
  readonly at: number;
  readonly reel: number;
  readonly variant: Variant;
  /** Of the reel. */
  readonly segment: number;
  /** Media time at which it starts, s: goes on from the segment before, but for discontinuities. */
  readonly mediaStart: number;
  readonly discontinuity: boolean;
  readonly damage: Damage | null;
}

export interface ChannelPlan {
  readonly id: string;
  readonly name: string;
  readonly emissions: readonly Emission[];
}

/** A work on a channel, from its first picture to its last. */
export interface Shown {
  readonly channel: string;
  readonly work: string;
  readonly attack: AttackName;
  readonly speed: number;
  /** ms since 1970. */
  readonly start: number;
  readonly end: number;
  /** Where in the work it begins, s. */
  readonly from: number;
}
