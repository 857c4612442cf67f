/** The stretch of time that is shown, ms UTC. */
export interface View {
  readonly from: number;
  readonly to: number;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const SHORTEST = 10_000;
const LONGEST = 400 * DAY;

export const lengthOf = ({ from, to }: View) => to - from;

/** Shows `factor` times as much, keeping what is at `at` in its place. */
export function zoomed(view: View, factor: number, at: number): View {
  const length = Math.min(LONGEST, Math.max(SHORTEST, lengthOf(view) * factor));
  const share = (at - view.from) / lengthOf(view);
  return { from: at - share * length, to: at + (1 - share) * length };
}

export const moved = ({ from, to }: View, by: number): View => ({ from: from + by, to: to + by });

/** What an address holds of a view; null where it holds none. */
export function viewFrom(query: URLSearchParams): View | null {
  const from = Date.parse(query.get('from') ?? '');
  const to = Date.parse(query.get('to') ?? '');
  return to - from >= SHORTEST && to - from <= LONGEST ? { from, to } : null;
}

/** Steps between ticks, ms. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((value) => value * 1000),
  ...[1, 2, 5, 10, 15, 30].map((value) => value * MINUTE),
  ...[1, 2, 3, 6, 12].map((value) => value * HOUR),
  ...[1, 2, 7, 14, 28, 56].map((value) => value * DAY),
];

/** The finest step whose ticks are at least `pixels` apart on this width. */
export function stepFor(view: View, width: number, pixels: number): number {
  const least = (lengthOf(view) * pixels) / Math.max(1, width);
  return STEPS.find((step) => step >= least) ?? STEPS.at(-1)!;
}

/** Moments at whole steps of the reader's own clock. */
export function ticks({ from, to }: View, step: number): number[] {
  const offset = (at: number) => -new Date(at).getTimezoneOffset() * MINUTE;
  const found: number[] = [];
  const last = to + offset(to);
  for (
    let at = Math.ceil((from + offset(from)) / step) * step;
    at <= last && found.length < 500;
    at += step
  ) {
    const guess = at - offset(from);
    found.push(at - offset(guess));
  }
  return found;
}
