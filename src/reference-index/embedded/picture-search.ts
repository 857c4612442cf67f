import { hammingBytes } from '../../../fingerprints/picture.js';
import { isEmptyHash } from '../../../fingerprints/picture-terms.js';
import {
  HASH_BITS,
  HASH_BYTES,
  REGIONS,
  ROW_BYTES,
  ROW_STEP,
  ROWS_PER_SECOND,
} from '../../../fingerprints/units.js';
import { MAX_STRETCH } from '../limits.js';
import type { Nomination, PictureProbe } from '../reference-index.js';
import { type ChunkHits, gatherChunks } from './chunk-hits.js';
import { byVotes } from './landmark-search.js';
import type { LookUpLosses } from './look-up-losses.js';
import type { Segment } from './segment.js';
import { CHUNK_ROWS } from './time-line.js';

/** Chunks whose rows one look-up compares at most. */
const MAX_CHUNK_READS = 4000;
/** Pieces of evidence that one look-up gathers at most, or little more: a card that a whole catalogue shows has many. */
const MAX_EVIDENCE = 300_000;
/** Rows looked at before and after a chunk. */
const MARGIN_ROWS = ROWS_PER_SECOND;
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

const MAX_PROBES = 1 << 10;
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
 * Places where pictures of a stretch agree on one offset: chunks that share an index term with a probe are
 * read, and all regions of their rows compared with it. Each picture counts once at each offset, with the probe and
 * the region that are nearest to each other.
 */
export function nominateByPictures(
  segments: readonly Segment[],
  probes: readonly PictureProbe[],
  limit: number,
  losses: LookUpLosses,
): Nomination[] {
  checkProbes(probes);
  const gathered = gatherChunks(segments, probes, losses);
  const firsts = firstIndices(segments);
  const best = new Map<number, number>();
  let read = 0;
  while (read < Math.min(gathered.length, MAX_CHUNK_READS) && best.size < MAX_EVIDENCE) {
    compareChunk(segments, firsts, probes, gathered[read++]!, best);
  }
  losses.chunks += gathered.length - read;
  return nominationsOf(segments, firsts, probes, best, limit);
}

/** A running number for each fingerprint of all segments. */
function firstIndices(segments: readonly Segment[]): number[] {
  const firsts = [0];
  for (const segment of segments) firsts.push(firsts.at(-1)! + segment.fingerprints.length);
  return firsts;
}

const rows = new Uint8Array((CHUNK_ROWS + 2 * MARGIN_ROWS) * ROW_BYTES);

function compareChunk(
  segments: readonly Segment[],
  firsts: readonly number[],
  probes: readonly PictureProbe[],
  { segment: s, chunk, probes: hitBy }: ChunkHits,
  best: Map<number, number>,
): void {
  const segment = segments[s]!;
  const ordinal = segment.ordinalOfChunk(chunk);
  const place = segment.fingerprints[ordinal]!;
  const firstRow = (chunk - place.chunkBase) * CHUNK_ROWS - MARGIN_ROWS;
  rows.fill(0);
  segment.readRows(ordinal, firstRow, rows);
  for (const p of hitBy) {
    const { hash, time, picture, box, mirrored } = probes[p]!;
    const base = ((firsts[s]! + ordinal) * 2 + (mirrored ? 1 : 0)) * STEPS;
    for (let at = 0, n = firstRow * REGIONS; at < rows.length; at += HASH_BYTES, n++) {
      const distance = hammingBytes(rows, at, hash, 0);
      if (distance > MAX_DISTANCE || isEmptyHash(rows, at)) continue;
      const row = Math.floor(n / REGIONS);
      const sight = box * REGIONS + (n - row * REGIONS);
      const step = Math.round((row * ROW_STEP - time) * ROWS_PER_SECOND) + STEP_ORIGIN;
      for (let k = -SPREAD; k <= SPREAD; k++) {
        const evidence = EVIDENCE[distance]! * (1 - SPREAD_LOSS * Math.abs(k));
        const key = (base + step + k) * MAX_PICTURES + picture;
        const says = Math.round(evidence / EVIDENCE_UNIT) * SIGHTS + sight;
        if (says > (best.get(key) ?? 0)) best.set(key, says);
      }
    }
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
  segments: readonly Segment[],
  firsts: readonly number[],
  probes: readonly PictureProbe[],
  best: ReadonlyMap<number, number>,
  limit: number,
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
    const index = Math.floor(line / 2);
    const s = firsts.findLastIndex((first) => first <= index);
    nominations.push({
      fingerprintId: segments[s]!.fingerprints[index - firsts[s]!]!.id,
      track: -1,
      offset: (centre(sums, place) - line * STEPS - STEP_ORIGIN) * ROW_STEP,
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

/** The middle of the places around the best one that are as good as it. */
function centre(sums: ReadonlyMap<number, number>, place: number): number {
  const top = sums.get(place)!;
  let sum = 0;
  let weights = 0;
  for (let k = -PLATEAU_STEPS; k <= PLATEAU_STEPS; k++) {
    const votes = sums.get(place + k) ?? 0;
    const weight = votes > top ? 0 : Math.max(0, votes - top * PLATEAU);
    sum += weight * k;
    weights += weight;
  }
  return place + sum / weights;
}

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
