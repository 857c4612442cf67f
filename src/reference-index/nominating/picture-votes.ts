import { isEmptyHash } from '../../../fingerprints/picture-terms.js';
import {
  HASH_BITS,
  HASH_BYTES,
  REGIONS,
  ROW_BYTES,
  ROW_STEP,
  ROWS_PER_SECOND,
} from '../../../fingerprints/units.js';
import type { FingerprintId } from '../../domain/ids.js';
import { MAX_STRETCH } from '../limits.js';
import type { Nomination, PictureProbe } from '../reference-index.js';
import { ComparedRows, RowKey } from './compared-rows.js';
import { byVotes } from './nominations.js';

/** Pieces of evidence that one look-up gathers at most, or little more: a card that a whole catalogue shows has many. */
const MAX_EVIDENCE = 300_000;
/** A row this far from the probe is no evidence; nearer ones give 0.375 − distance / 144, at most 0.2. */
const MAX_DISTANCE = 48;
/** What lies above the cap counts this much, so that of the pictures of one scene the nearest is preferred. */
const SHARPNESS = 0.02;
const EVIDENCE = Float64Array.from({ length: MAX_DISTANCE + 1 }, (_, distance) => {
  const evidence = 0.375 - distance / HASH_BITS;
  return Math.min(0.2, evidence) + SHARPNESS * Math.max(0, evidence - 0.2);
});
/** Evidence counts for this many steps of 0.2 s to either side, a little less with each. */
const SPREAD = 2;
const SPREAD_LOSS = 0.02;
/** Offsets this near in votes, within 5 s, are as good as the best: a still scene has many; their middle is taken. */
const PLATEAU = 0.99;
const PLATEAU_STEPS = 5 * ROWS_PER_SECOND;
/** Places nearer than 2 s to a better one are left out. */
const APART = 2 * ROWS_PER_SECOND;

/** Of one look-up. */
export const MAX_PROBES = 1 << 10;
/** A place on the way to a nomination is packed into one number: fingerprint, mirrored, offset step, picture. */
const MAX_PICTURES = 1 << 10;
/** So is what a picture says there: its evidence in millionths, the box and the region that gave it. */
const EVIDENCE_UNIT = 1e-6;
const MAX_BOXES = 1 << 10;
const SIGHTS = MAX_BOXES * REGIONS;
const STEPS = 2 ** 21;
/** Offsets begin before the reference does. */
const STEP_ORIGIN = (MAX_STRETCH + 2) * ROWS_PER_SECOND;

/**
 * Gathers what pictures of a stretch say of places: each picture counts once at each offset, with the probe and the
 * region of the reference that are nearest to each other.
 */
export class PictureVotes {
  private readonly best = new Map<number, number>();
  private readonly rows = new ComparedRows();
  /** Of the probes that were compared. */
  private readonly keys: RowKey[] = [];

  constructor(private readonly probes: readonly PictureProbe[]) {
    checkProbes(probes);
  }

  /** Whether enough was gathered for one look-up. */
  get isFull(): boolean {
    return this.best.size >= MAX_EVIDENCE;
  }

  /**
   * Compares all regions of some rows with some probes.
   * @param fingerprint a number of the caller's for the reference that the rows are of
   * @param firstRow of the reference
   * @param hitBy indices of the probes
   */
  compare(fingerprint: number, rows: Uint8Array, firstRow: number, hitBy: readonly number[]): void {
    const compared = this.rows.take(rows);
    for (const p of hitBy) {
      this.keys[p] ??= new RowKey(this.probes[p]!.hash);
      for (let row = 0; row < compared; row++) {
        for (let region = 0; region < REGIONS; region++) {
          const distance = this.rows.distance(row, region, this.keys[p]);
          if (distance > MAX_DISTANCE || isEmptyHash(rows, row * ROW_BYTES + region * HASH_BYTES)) continue;
          this.count(fingerprint, this.probes[p]!, firstRow + row, region, EVIDENCE[distance]!);
        }
      }
    }
  }

  /** Counts what a picture says of the offset at which a row would show it, and of those around. */
  private count(
    fingerprint: number,
    { time, picture, box, mirrored }: PictureProbe,
    row: number,
    region: number,
    evidence: number,
  ): void {
    const { best } = this;
    const base = (fingerprint * 2 + (mirrored ? 1 : 0)) * STEPS;
    const sight = box * REGIONS + region;
    const step = Math.round((row * ROW_STEP - time) * ROWS_PER_SECOND) + STEP_ORIGIN;
    for (let k = -SPREAD; k <= SPREAD; k++) {
      const near = evidence * (1 - SPREAD_LOSS * Math.abs(k));
      const key = (base + step + k) * MAX_PICTURES + picture;
      const says = Math.round(near / EVIDENCE_UNIT) * SIGHTS + sight;
      if (says > (best.get(key) ?? 0)) best.set(key, says);
    }
  }

  /** The best places, best first. */
  nominations(limit: number, idOf: (fingerprint: number) => FingerprintId): Nomination[] {
    return nominationsOf(this.probes, this.best, limit, idOf);
  }
}

/** Sums the evidence of the pictures at each place. */
function summed(best: ReadonlyMap<number, number>): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [key, says] of best) {
    const place = Math.floor(key / MAX_PICTURES);
    sums.set(place, (sums.get(place) ?? 0) + Math.floor(says / SIGHTS) * EVIDENCE_UNIT);
  }
  return sums;
}

/** Box and region of the best evidence at a place. */
function bestSight(
  best: ReadonlyMap<number, number>,
  place: number,
  pictures: readonly number[],
): { box: number; region: number } {
  let most = 0;
  for (const picture of pictures) most = Math.max(most, best.get(place * MAX_PICTURES + picture) ?? 0);
  const sight = most % SIGHTS;
  return { box: Math.floor(sight / REGIONS), region: sight % REGIONS };
}

function nominationsOf(
  probes: readonly PictureProbe[],
  best: ReadonlyMap<number, number>,
  limit: number,
  idOf: (fingerprint: number) => FingerprintId,
): Nomination[] {
  const sums = summed(best);
  const pictures = [...new Set(probes.map(({ picture }) => picture))];
  const places = [...sums].sort(([a, x], [b, y]) => y - x || a - b);
  const taken = new Map<number, number[]>();
  const nominations: Nomination[] = [];
  for (const [place, votes] of places) {
    if (nominations.length >= limit) break;
    const step = place % STEPS;
    const line = Math.floor(place / STEPS);
    const steps = taken.get(line) ?? [];
    if (steps.some((other) => Math.abs(other - step) < APART) || isSlope(sums, place)) continue;
    taken.set(line, [...steps, step]);
    nominations.push({
      fingerprintId: idOf(Math.floor(line / 2)),
      track: -1,
      offset: (step + toCentre(sums, place) - STEP_ORIGIN) * ROW_STEP,
      mirrored: line % 2 === 1,
      ...bestSight(best, place, pictures),
      votes,
    });
  }
  return nominations.sort(byVotes);
}

/** Whether a place within a second is better: then this one only leads up to it. */
function isSlope(sums: ReadonlyMap<number, number>, place: number): boolean {
  const votes = sums.get(place)!;
  for (let k = -ROWS_PER_SECOND; k <= ROWS_PER_SECOND; k++)
    if ((sums.get(place + k) ?? 0) > votes) return true;
  return false;
}

/** From the best place to the middle of the places around it that are as good, steps. */
function toCentre(sums: ReadonlyMap<number, number>, place: number): number {
  const top = sums.get(place)!;
  let sum = 0;
  let weights = 0;
  for (let k = -PLATEAU_STEPS; k <= PLATEAU_STEPS; k++) {
    const votes = sums.get(place + k) ?? 0;
    const weight = votes > top ? 0 : Math.max(0, votes - top * PLATEAU);
    sum += weight * k;
    weights += weight;
  }
  return sum / weights;
}

/**
 * Strangers share one term by chance here and there; what is the same shares it in two tables, or with two pictures.
 */
export const isWorthReading = (tables: number, isOfSeveralPictures: boolean) =>
  tables > 1 || isOfSeveralPictures;

/** Throws RangeError for what no look-up of pictures is. */
function checkProbes(probes: readonly PictureProbe[]): void {
  if (probes.length > MAX_PROBES) throw new RangeError(`a look-up takes at most ${MAX_PROBES} probes`);
  if (
    probes.some(
      ({ picture, box }) => !(picture >= 0 && picture < MAX_PICTURES && box >= 0 && box < MAX_BOXES),
    )
  )
    throw new RangeError('pictures and boxes are numbers below 1,024');
  if (probes.some(({ time }) => !(time >= 0 && time <= MAX_STRETCH))) {
    throw new RangeError(`a look-up takes a stretch of at most ${MAX_STRETCH} s`);
  }
}
