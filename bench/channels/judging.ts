import type { DetectionSaid } from './observations.js';
import type { Shown } from './types.js';

/**
 * A viewer learns when a segment came, not when it was broadcast: its times may be later than the truth by what a
 * playlist holds back, or earlier by a little, ms.
 */
const LATE = 12_000;
const EARLY = 4_000;

/** A detection that opened, and what became of it. */
export interface Opened {
  /** When it opened, ms since 1970. */
  readonly at: number;
  /** As it was said last. */
  readonly said: DetectionSaid;
}

export interface Judged extends Opened {
  /** What it is a detection of; null = nothing that was shown. */
  readonly of: Shown | null;
  /** Another one of that opened before. */
  readonly isDoubled: boolean;
}

/** Whether a detection says of a showing what is so, within what a viewer can know. */
export function agrees(said: DetectionSaid, shown: Shown): boolean {
  if (said.channel !== shown.channel || said.work !== shown.work) return false;
  if (said.start > shown.end + LATE || said.end < shown.start - EARLY) return false;
  const expected = shown.start + (1000 * (said.from - shown.from)) / shown.speed;
  return said.start - expected <= LATE && expected - said.start <= EARLY;
}

/**
 * Which showing each detection is of. A source that jumps by a few seconds within a work makes two showings of it, and
 * the detections of both agree with either, within what a viewer can know; so each takes one, in the order in which
 * they were shown, as many as can. What is left over is one more of the showing with which it has most in common.
 */
export function judge(opened: readonly Opened[], shown: readonly Shown[]): Judged[] {
  const groups = new Map<string, Opened[]>();
  for (const one of opened) {
    const key = `${one.said.channel} ${one.said.work}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const detections = group.sort((a, b) => a.said.start - b.said.start);
    const places = shown
      .filter((place) => detections.some(({ said }) => agrees(said, place)))
      .sort((a, b) => a.start - b.start);
    const pairs = pairUp(detections, places);
    const taken = new Set<Shown>();
    return detections
      .map((one) => ({ ...one, of: pairs.get(one) ?? nearest(one.said, places) }))
      .sort((a, b) => a.at - b.at)
      .map((one): Judged => {
        const isDoubled = one.of !== null && taken.has(one.of);
        if (one.of) taken.add(one.of);
        return { ...one, isDoubled };
      });
  });
}

function nearest(said: DetectionSaid, places: readonly Shown[]): Shown | null {
  const possible = places.filter((place) => agrees(said, place));
  return possible.sort((a, b) => common(said, b) - common(said, a))[0] ?? null;
}

interface Pairing {
  readonly pairs: readonly (readonly [Opened, Shown])[];
  /** ms */
  readonly common: number;
}

/** As many pairs as can be in which neither order is turned; of these the ones that have most time in common. */
function pairUp(detections: readonly Opened[], places: readonly Shown[]): Map<Opened, Shown> {
  let before: Pairing[] = Array.from({ length: places.length + 1 }, () => ({ pairs: [], common: 0 }));
  for (const one of detections) {
    const row: Pairing[] = [before[0]!];
    for (const [n, place] of places.entries()) {
      let best = better(row[n]!, before[n + 1]!);
      if (agrees(one.said, place)) {
        const { pairs, common: shared } = before[n]!;
        best = better(best, { pairs: [...pairs, [one, place]], common: shared + common(one.said, place) });
      }
      row.push(best);
    }
    before = row;
  }
  return new Map(before.at(-1)!.pairs);
}

function better(a: Pairing, b: Pairing): Pairing {
  if (a.pairs.length !== b.pairs.length) return a.pairs.length > b.pairs.length ? a : b;
  return a.common >= b.common ? a : b;
}

/** Time that both cover, ms; less than 0 where they lie apart. */
function common(said: DetectionSaid, place: Shown): number {
  return Math.min(said.end, place.end) - Math.max(said.start, place.start);
}
