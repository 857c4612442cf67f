import { Growing } from '../../fingerprints/growing.js';
import { LEAN_FAN } from '../../fingerprints/landmarks.js';
import { TICK } from '../../fingerprints/units.js';
import type { AskedLane, AskedReferences } from './asked-references.js';
import { CHUNK, CHUNK_TICKS, type Nominated } from './chunks.js';
import { OCTAVE_BITS, OCTAVE_MASK, PEAK_UNIT_MS, PEAK_UNITS_PER_OCTAVE } from './piece.js';

/** As landmarks are made (fingerprints/landmarks.ts), in the units of the past. */
const UNITS_PER_TICK = (1000 * TICK) / PEAK_UNIT_MS;
const LEAST_APART = 6 * UNITS_PER_TICK;
const END_APART = 126 * UNITS_PER_TICK;
const OCTAVE = PEAK_UNITS_PER_OCTAVE;
const STEP_SHIFT = 3;
const ONE_STEP = 1 << STEP_SHIFT;
const LOWEST_STEP = 64;
const MOST_UP = 127;
const MOST_LATER = 127;
const MOST_FREQUENCY = 255;

/** Votes are counted in bins of 8 ticks, two neighbours together. */
const BIN_SHIFT = 3;
/** Places that a chunk may propose. */
const PLACES = 64;
/** Fewer landmarks agree by chance all the time … */
const LEAST_VOTES = 5;
/** … and where many agree by chance, so many standard deviations more. */
const DEVIATIONS = 6;
/** What is compared first lies within so many ticks (10 s). */
const FOCUS_TICKS = 625;

/** How much faster than the reference the stream plays. */
export interface Tempo {
  readonly speed: number;
}

/** A place where a sound track may have run. */
export interface HeardPlace extends Nominated {
  readonly lane: AskedLane;
}

/**
 * Places where landmarks of what a stream carried agree with those of references (after Wang 2003): its lean peaks
 * are paired as a live stream's are, and each pair that a reference has votes for reference tick − stream tick.
 * One instance works for one set of references, a thread.
 */
export class LandmarkVotes {
  readonly #counts: Uint16Array;
  readonly #offsets = new Growing(Uint32Array);
  readonly #ticks = new Growing(Uint32Array);

  constructor(private readonly asked: AskedReferences) {
    this.#counts = new Uint16Array(((asked.endTick + 2 * CHUNK_TICKS) >>> BIN_SHIFT) + 2);
  }

  /**
   * @param peaks of an hour, as they are kept
   * @param tempo at which it is asked
   */
  places(peaks: Uint32Array, { speed }: Tempo): HeardPlace[] {
    if (this.asked.tracks.length === 0) return [];
    const places: HeardPlace[] = [];
    const perChunk = (CHUNK * 1000) / PEAK_UNIT_MS;
    let from = 0;
    while (from < peaks.length) {
      const chunk = Math.floor((peaks[from]! >>> OCTAVE_BITS) / perChunk);
      let to = from;
      while (to < peaks.length && peaks[to]! >>> OCTAVE_BITS < (chunk + 1) * perChunk) to++;
      this.#gather(peaks, from, to, chunk * perChunk, speed);
      for (const place of this.#best(speed))
        places.push({
          ...place,
          at: place.at + chunk * CHUNK,
          offset: place.offset - speed * chunk * CHUNK,
        });
      from = to;
    }
    return places;
  }

  /** Pairs the peaks [from, to), and some after them, and leaves what agrees in #offsets and #ticks. */
  #gather(peaks: Uint32Array, from: number, to: number, origin: number, speed: number): void {
    this.#offsets.shift(this.#offsets.length);
    this.#ticks.shift(this.#ticks.length);
    const lower = Math.round(PEAK_UNITS_PER_OCTAVE * Math.log2(speed));
    const endApart = Math.ceil(END_APART / speed);
    const leastApart = Math.ceil(LEAST_APART / speed);
    const ticksPerUnit = speed / UNITS_PER_TICK;
    for (let i = from; i < to; i++) {
      const peak = peaks[i]!;
      const octave = (peak & OCTAVE_MASK) - lower;
      if (octave < 0) continue;
      const time = peak >>> OCTAVE_BITS;
      const frequency = Math.min(MOST_FREQUENCY, octave >> STEP_SHIFT);
      const aside = asideOf(octave, frequency, MOST_FREQUENCY) << 14;
      const isAsked = this.asked.isAsked(frequency);
      const asideToo = aside !== 0 && this.asked.isAsked(frequency + (aside >> 14));
      if (!isAsked && !asideToo) continue;
      const tick = Math.round((time - origin) * ticksPerUnit);
      let partners = 0;
      for (let j = i + 1; j < peaks.length && partners < LEAN_FAN; j++) {
        const other = peaks[j]!;
        const apart = (other >>> OCTAVE_BITS) - time;
        if (apart >= endApart) break;
        const up = (other & OCTAVE_MASK) - lower - octave;
        if (apart < leastApart || up > OCTAVE || up < -OCTAVE || up + octave < 0) continue;
        partners++;
        const later = Math.min(MOST_LATER, (apart * ticksPerUnit) | 0);
        const raised = up + LOWEST_STEP * ONE_STEP;
        const step = Math.min(MOST_UP, raised >> STEP_SHIFT);
        const hash = (frequency << 14) | (step << 7) | later;
        const upAside = asideOf(raised, step, MOST_UP) << 7;
        if (isAsked) this.#look(hash, upAside, tick);
        if (asideToo) this.#look(hash + aside, upAside, tick);
      }
    }
  }

  /** @param aside what leads to the hash beside, 0 = none is as likely */
  #look(hash: number, aside: number, tick: number): void {
    const { bits } = this.asked;
    if (isSet(bits, hash)) this.#agree(hash, tick);
    if (aside !== 0 && isSet(bits, hash + aside)) this.#agree(hash + aside, tick);
  }

  /** Every landmark of a hash votes. */
  #agree(hash: number, tick: number): void {
    const { starts, ticks } = this.asked;
    for (let i = starts[hash]!; i < starts[hash + 1]!; i++) {
      this.#offsets.push(ticks[i]! - tick + CHUNK_TICKS);
      this.#ticks.push(tick);
    }
  }

  /** The places at which more agree than by chance, times counted from the start of the chunk. */
  #best(speed: number): HeardPlace[] {
    const counts = this.#counts;
    const offsets = this.#offsets.view();
    for (const offset of offsets) counts[offset >>> BIN_SHIFT]!++;
    const chance = (2 * offsets.length) / counts.length;
    const needed = Math.max(LEAST_VOTES, Math.ceil(chance + DEVIATIONS * Math.sqrt(chance)));
    const found = new Map<number, number>();
    for (const offset of offsets) {
      const bin = offset >>> BIN_SHIFT;
      for (const first of [bin - 1, bin]) {
        const votes = (counts[first] ?? 0) + counts[first + 1]!;
        if (votes >= needed) found.set(first, votes);
      }
    }
    for (const offset of offsets) counts[offset >>> BIN_SHIFT] = 0;
    const taken: Taken[] = [];
    for (const [bin, votes] of [...found].sort((a, b) => b[1] - a[1])) {
      if (taken.length === PLACES) break;
      if (taken.every((other) => Math.abs(other.bin - bin) > 2))
        taken.push({ bin, votes, sum: 0, ticks: [] });
    }
    this.#collect(taken);
    return taken.flatMap((place) => this.#placeOf(place, speed) ?? []);
  }

  /** Gives each place what agrees on it. */
  #collect(taken: readonly Taken[]): void {
    const byBin = new Map<number, Taken>();
    for (const place of taken) byBin.set(place.bin, place).set(place.bin + 1, place);
    const ticks = this.#ticks.view();
    this.#offsets.view().forEach((offset, i) => {
      const place = byBin.get(offset >>> BIN_SHIFT);
      if (!place) return;
      place.ticks.push(ticks[i]!);
      place.sum += offset;
    });
  }

  #placeOf({ sum, ticks, votes }: Taken, speed: number): HeardPlace | null {
    const offset = sum / ticks.length - CHUNK_TICKS;
    const lane = this.asked.trackAt(offset);
    if (!lane) return null;
    const at = (focusOf(ticks) * TICK) / speed;
    return { lane, offset: (offset - lane.base) * TICK, at, speed, votes };
  }
}

/** A place that is proposed, and what agrees on it. */
interface Taken {
  /** The first of its two bins. */
  readonly bin: number;
  readonly votes: number;
  sum: number;
  /** Of the stream, ascending. */
  readonly ticks: number[];
}

function isSet(bits: Uint32Array, n: number): boolean {
  return ((bits[n >>> 5]! >>> (n & 31)) & 1) === 1;
}

/** 1 or −1 when the step above or below is nearly as likely: a value within an eighth of its edge. */
function asideOf(value: number, step: number, most: number): number {
  const part = value & (ONE_STEP - 1);
  if (part === 0) return step > 0 ? -1 : 0;
  return part === ONE_STEP - 1 && step < most ? 1 : 0;
}

/** The middle of the FOCUS_TICKS in which most of some ticks, ascending, lie. */
function focusOf(ticks: readonly number[]): number {
  let best = 0;
  let most = 0;
  for (let from = 0, to = 0; from < ticks.length; from++) {
    while (to < ticks.length && ticks[to]! - ticks[from]! < FOCUS_TICKS) to++;
    if (to - from > most) {
      most = to - from;
      best = (ticks[from]! + ticks[to - 1]!) / 2;
    }
  }
  return best;
}
