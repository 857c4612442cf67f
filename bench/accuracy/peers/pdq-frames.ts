import { distance } from './bits.js';

/** Words of a PDQ hash of 256 bits. */
const HASH_WORDS = 8;
/** vPDQ's documentation: frames below this quality are not compared, and up to this many bits may differ. */
const MIN_QUALITY = 50;
const MAX_DISTANCE = 31;
/** Frames of one place in the title have offsets that lie within this, s. */
const SAME_OFFSET = 0.5;

export interface HashedFrame {
  /** s */
  readonly time: number;
  /** 0 to 100 */
  readonly quality: number;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

/** Frames of a film that are good enough to be compared. */
export interface PdqFrames {
  /** s */
  readonly times: Float64Array;
  /** `HASH_WORDS` a frame. */
  readonly hashes: Uint32Array;
}

export function goodFrames(frames: readonly HashedFrame[]): PdqFrames {
  const good = frames.filter(({ quality }) => quality >= MIN_QUALITY);
  return {
    times: Float64Array.from(good, ({ time }) => time),
    hashes: Uint32Array.from(
      good.flatMap(({ hash }) => hash.match(/.{8}/g) ?? []),
      (digits) => Number.parseInt(digits, 16),
    ),
  };
}

/**
 * vPDQ's own measure: the part of the clip's distinct hashes that have a like anywhere in the title. 0 where no
 * frame is good.
 */
export function matchedPart(clip: PdqFrames, title: PdqFrames): number {
  const seen = new Set<string>();
  let matched = 0;
  for (let c = 0; c < clip.times.length; c++) {
    const hash = clip.hashes.subarray(c * HASH_WORDS, (c + 1) * HASH_WORDS).join();
    if (seen.has(hash)) continue;
    seen.add(hash);
    if (hasLike(clip, c, title)) matched++;
  }
  return seen.size === 0 ? 0 : matched / seen.size;
}

function hasLike(clip: PdqFrames, c: number, title: PdqFrames): boolean {
  for (let t = 0; t < title.times.length; t++) if (apart(clip, c, title, t) <= MAX_DISTANCE) return true;
  return false;
}

export interface PdqVote {
  /** Frames of the clip with a like at that offset. */
  readonly frames: number;
  /** Time in the title less time in the clip, s. */
  readonly offset: number;
}

/** The offset at which most frames of the clip have a like in the title; null where none has. */
export function vote(clip: PdqFrames, title: PdqFrames): PdqVote | null {
  const likes: { frame: number; offset: number }[] = [];
  for (let c = 0; c < clip.times.length; c++)
    for (let t = 0; t < title.times.length; t++)
      if (apart(clip, c, title, t) <= MAX_DISTANCE)
        likes.push({ frame: c, offset: title.times[t]! - clip.times[c]! });
  likes.sort((a, b) => a.offset - b.offset);
  let best: PdqVote | null = null;
  // A window over the sorted offsets, with how often each frame lies in it.
  const within = new Map<number, number>();
  let first = 0;
  for (const [last, { frame, offset }] of likes.entries()) {
    within.set(frame, (within.get(frame) ?? 0) + 1);
    for (; likes[first]!.offset < offset - SAME_OFFSET; first++) {
      const left = within.get(likes[first]!.frame)! - 1;
      if (left === 0) within.delete(likes[first]!.frame);
      else within.set(likes[first]!.frame, left);
    }
    if (within.size > (best?.frames ?? 0))
      best = { frames: within.size, offset: mean(likes.slice(first, last + 1).map((like) => like.offset)) };
  }
  return best;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function apart(clip: PdqFrames, c: number, title: PdqFrames, t: number): number {
  return distance(clip.hashes, c * HASH_WORDS, title.hashes, t * HASH_WORDS, HASH_WORDS);
}
