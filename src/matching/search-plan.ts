import type { Effort } from './settings.js';

/** A way in which a stream's sound may differ from the reference's. */
export interface Hypothesis {
  readonly peaks: 'lean' | 'rich' | 'richest';
  /** How much faster than the reference the stream plays. */
  readonly speed: number;
  /** By how much its frequencies are higher. */
  readonly pitch: number;
  /** Whether more than the rarest landmarks is read: of what is under other sound few are left, and which is chance. */
  readonly deep: boolean;
  /** Whether places are tried that only two landmarks speak for: under loud speech there may be no more. */
  readonly faint: boolean;
}

/** What is looked up in a window. */
export interface SearchPlan {
  readonly sound: readonly Hypothesis[];
  /**
   * `base`: the whole picture and what is left without a frame around it. `all`: those that show a part of it, and
   * rectangles found. `fine`: those in between, too, and more rectangles.
   */
  readonly boxes: 'base' | 'all' | 'fine';
}

/** Film at 24 pictures a second is shown at 25, and the other way round. */
const PAL_FASTER = 25 / 24;
const PAL_SLOWER = 24 / 25;

const LEAN: Hypothesis = { peaks: 'lean', speed: 1, pitch: 1, deep: false, faint: false };
const RICH: Hypothesis = { ...LEAN, peaks: 'rich' };
const DEEP: Hypothesis = { ...RICH, deep: true };
const RICHEST: Hypothesis = { ...LEAN, peaks: 'richest' };
const FAINT: Hypothesis = { ...RICHEST, faint: true };

/** Speeds, besides 1, at which works are often shown. */
export const SPEEDS: readonly number[] = [PAL_SLOWER, PAL_FASTER];

function atBothSpeeds(peaks: Hypothesis['peaks']): Hypothesis[] {
  return SPEEDS.map((speed) => ({ ...LEAN, peaks, speed, pitch: speed }));
}

/** Tempo changed and pitch kept, and the other way round. */
const STRETCHED: readonly Hypothesis[] = [
  { ...RICHEST, speed: PAL_SLOWER },
  { ...RICHEST, speed: PAL_FASTER },
  { ...RICHEST, pitch: 0.98 },
  { ...RICHEST, pitch: 1.02 },
];

const EVERYTHING: SearchPlan = {
  sound: [RICHEST, ...atBothSpeeds('richest'), ...STRETCHED, FAINT],
  boxes: 'fine',
};
const WITH_REASON: SearchPlan = { sound: [RICH, DEEP, ...atBothSpeeds('rich')], boxes: 'all' };

/** What a stream that stays unmatched is asked in turn, a window each: all of it within 12 s. */
const ROTA: readonly SearchPlan[] = [
  { sound: [RICH, DEEP], boxes: 'base' },
  { sound: [LEAN, ...atBothSpeeds('lean')], boxes: 'all' },
];

/**
 * The rule for more work.
 * @param step number of the window
 * @param reason something speaks for a reference to be there: a line in doubt, a match that just ended, a stream that just began
 */
export function planOf(effort: Effort, step: number, reason: boolean): SearchPlan {
  if (effort.name === 'thorough') return EVERYTHING;
  return reason ? WITH_REASON : ROTA[step % ROTA.length]!;
}
