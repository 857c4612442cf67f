/** What speaks for a match, nats. */
export interface Evidence {
  readonly sound: number;
  readonly pictures: number;
}

/** Wrong evidence falls off exponentially … */
interface Tail {
  /** … from so many false matches a day with any at all, as the tail has it, in the smallest catalogue … */
  readonly atZero: number;
  /** … by e in 1 / `shrink` nats. */
  readonly shrink: number;
}

/** From `bench:accuracy -- --calibrate` (docs/accuracy.md). */
const SOUND: Tail = { atZero: 3.7e5, shrink: 0.75 };
const PICTURES: Tail = { atZero: 3400, shrink: 0.53 };
/** A smaller catalogue counts as one of so many hours, that of the calibration: what is alike in it is so by kinship. */
const LEAST_HOURS = 100;

/**
 * False matches a day and stream to expect from matches with this much evidence: in proportion to what there is to
 * be taken for. Something wrong was found by its sound, by its pictures, or by one of them and confirmed by the other;
 * what is least likely of these is said, since each alone is a claim.
 * @param hours of reference in the catalogue
 */
export function expectedFalsePerDay({ sound, pictures }: Evidence, hours: number): number {
  const heard = SOUND.atZero * Math.exp(-SOUND.shrink * sound);
  const seen = PICTURES.atZero * Math.exp(-PICTURES.shrink * pictures);
  const found = Math.max(SOUND.atZero, PICTURES.atZero);
  const both = found * Math.exp(-SOUND.shrink * sound - PICTURES.shrink * pictures);
  return (Math.max(LEAST_HOURS, hours) / LEAST_HOURS) * Math.min(heard, seen, both);
}

/** 0..1: clamp(−log10(expectedFalsePerDay) / 10). */
export function scoreOf(falsePerDay: number): number {
  return Math.min(1, Math.max(0, -Math.log10(falsePerDay) / 10));
}

/** One false detection a stream and year. */
export const DEFAULT_MAX_FALSE_PER_DAY = 1 / 365;
