/** What merging needs to know of a segment. */
export interface SegmentSize {
  readonly number: number;
  /** On the line of its sound, gaps and every track included, or of its pictures where that is more. */
  readonly seconds: number;
  /** Of fingerprints that were removed. */
  readonly removedSeconds: number;
}

/** So many segments of a level become one of the next. */
const FAN = 10;
/** Level 0 ends here; each level is ten times the one below. */
const LEVEL_SECONDS = 600;
/**
 * Larger segments are not merged. Ten of the level below it still fit into one, whose line holds 19,000 h: a look-up
 * costs nearly as much in each segment, however large it is.
 */
export const LARGEST_SECONDS = 10_000 * 3600;

/** The next segments to merge in the ordinary course, or null: the fewest bytes are written the fewest times. */
export function dueMerge(segments: readonly SegmentSize[]): number[] | null {
  const shrunken = segments.find(({ seconds, removedSeconds }) => removedSeconds * 2 > seconds);
  if (shrunken) return [shrunken.number];
  for (let level = 0; level < levelOf(LARGEST_SECONDS); level++) {
    const members = segments.filter(({ seconds }) => levelOf(seconds) === level);
    if (members.length >= FAN) return members.slice(0, FAN).map(({ number }) => number);
  }
  return null;
}

/** The next segments to merge until there are as few as can be and nothing removed is left, or null. */
export function fullMerge(segments: readonly SegmentSize[]): number[] | null {
  const group: number[] = [];
  let total = 0;
  for (const { number, seconds } of [...segments].sort((a, b) => a.seconds - b.seconds)) {
    if (seconds > LARGEST_SECONDS / 2 || total + seconds > LARGEST_SECONDS) break;
    group.push(number);
    total += seconds;
  }
  if (group.length > 1) return group;
  const shrunken = segments.find(({ removedSeconds }) => removedSeconds > 0);
  return shrunken ? [shrunken.number] : null;
}

function levelOf(seconds: number): number {
  return seconds < LEVEL_SECONDS ? 0 : Math.floor(Math.log10(seconds / LEVEL_SECONDS)) + 1;
}
