import type { Box } from './picture-box.js';
import { THUMB_HEIGHT as HEIGHT, THUMB_BYTES, THUMB_WIDTH as WIDTH } from './units.js';

/** An edge stands where luma changes by more than this over two pixels … */
const LEAST_STEP = 6;
/** … and by so many times more than it does a little further to one side … */
const STANDS_OUT = 1.5;
const ASIDE = 3;
/** … in this share of the pictures. */
const STAYS = 0.6;
/** A line is a run of such points, with gaps of at most this share of the picture's side … */
const GAP = 0.07;
/** … of at least this share of the side, and with edges in so much of it. */
const LEAST_RUN = 0.22;
const LEAST_FILLED = 0.6;
const MOST_LINES = 12;
/** Lines nearer than this are one. */
const LINES_APART = 2;
/** A rectangle is at least so wide and high, in fractions of the picture … */
const LEAST_SIDE = 0.2;
/** … and has edges along so much of each of its sides that is not the picture's own. */
const LEAST_SUPPORT = 0.5;
/** Rectangles whose sides differ by less than this together are one. */
const RECTANGLES_APART = 0.06;
/** Of rectangles with the same support the larger is the likelier. */
const AREA_WEIGHT = 0.3;

/**
 * Rectangles within a stretch of stream whose straight edges stay while the pictures move: a picture in another, the
 * halves of a split screen, a picture in a frame. Best first; none for a single picture, whose edges may be its own.
 * @param thumbs thumbs of THUMB_BYTES one after the other; [from, from + count) are looked at, best seconds apart
 * @param most rectangles given
 */
export function findRectangles(thumbs: Uint8Array, from: number, count: number, most = 6): Box[] {
  if (count < 2) return [];
  const upright = new Edges(thumbs, from, count, WIDTH, HEIGHT, 1, WIDTH);
  const level = new Edges(thumbs, from, count, HEIGHT, WIDTH, WIDTH, 1);
  const xs = [0, ...upright.lines(), WIDTH].sort((a, b) => a - b);
  const ys = [0, ...level.lines(), HEIGHT].sort((a, b) => a - b);
  const found: { box: Box; score: number }[] = [];
  for (const [x0, x1] of pairs(xs, LEAST_SIDE * WIDTH)) {
    for (const [y0, y1] of pairs(ys, LEAST_SIDE * HEIGHT)) {
      const sides: number[] = [];
      for (const x of [x0, x1]) if (x > 0 && x < WIDTH) sides.push(upright.support(x, y0, y1));
      for (const y of [y0, y1]) if (y > 0 && y < HEIGHT) sides.push(level.support(y, x0, x1));
      const least = Math.min(...sides);
      if (sides.length === 0 || least < LEAST_SUPPORT) continue;
      const box = { x0: x0 / WIDTH, y0: y0 / HEIGHT, x1: x1 / WIDTH, y1: y1 / HEIGHT, framed: true };
      const area = (box.x1 - box.x0) * (box.y1 - box.y0);
      found.push({ box, score: least * Math.sqrt(sides.length) + AREA_WEIGHT * area });
    }
  }
  found.sort((a, b) => b.score - a.score);
  const kept: Box[] = [];
  for (const { box } of found) {
    if (kept.length === most) break;
    if (kept.every((other) => apart(box, other) > RECTANGLES_APART)) kept.push(box);
  }
  return kept;
}

function* pairs(places: readonly number[], least: number): Iterable<[number, number]> {
  for (const [i, a] of places.entries())
    for (const b of places.slice(i + 1)) if (b - a >= least) yield [a, b];
}

function apart(a: Box, b: Box): number {
  return Math.abs(a.x0 - b.x0) + Math.abs(a.y0 - b.y0) + Math.abs(a.x1 - b.x1) + Math.abs(a.y1 - b.y1);
}

/** Where edges across one direction stay, for every place along it a column of the other direction. */
class Edges {
  /** 1 where an edge stays, `length` entries for each of the `places`. */
  private readonly stays: Uint8Array;
  /** Sums of the edges at a place or beside it, up to each point of its column. */
  private readonly sums: Uint16Array;

  constructor(
    thumbs: Uint8Array,
    from: number,
    count: number,
    private readonly places: number,
    private readonly length: number,
    step: number,
    columnStep: number,
  ) {
    const counts = new Uint8Array(places * length);
    for (let n = from; n < from + count; n++) {
      for (let i = 0; i < length; i++) {
        const at = n * THUMB_BYTES + i * columnStep;
        const change = (place: number) =>
          Math.abs(thumbs[at + (place + 1) * step]! - thumbs[at + (place - 1) * step]!);
        for (let place = 1; place < places - 1; place++) {
          const here = change(place);
          if (here <= LEAST_STEP) continue;
          const before = place - ASIDE < 1 ? 0 : change(place - ASIDE);
          const after = place + ASIDE > places - 2 ? 0 : change(place + ASIDE);
          if (here > STANDS_OUT * Math.min(before, after)) counts[place * length + i]!++;
        }
      }
    }
    const least = Math.ceil(STAYS * count);
    this.stays = counts.map((n) => (n >= least ? 1 : 0));
    this.sums = new Uint16Array((places + 1) * (length + 1));
    for (let place = 0; place < places; place++) {
      for (let i = 0, sum = 0; i < length; i++) {
        let edge = 0;
        for (let p = Math.max(0, place - 1); p <= Math.min(places - 1, place + 1); p++)
          edge |= this.stays[p * length + i]!;
        sum += edge;
        this.sums[place * (length + 1) + i + 1] = sum;
      }
    }
  }

  /** Places of the longest lines. */
  lines(): number[] {
    const lines: { place: number; run: number }[] = [];
    for (let place = 0; place < this.places; place++) {
      const run = this.longestRun(place);
      if (run >= LEAST_RUN * this.length) lines.push({ place, run });
    }
    lines.sort((a, b) => b.run - a.run);
    const kept: number[] = [];
    for (const { place } of lines) {
      if (kept.length === MOST_LINES) break;
      if (kept.every((other) => Math.abs(other - place) >= LINES_APART)) kept.push(place);
    }
    return kept;
  }

  /** Share of a stretch of the line at a place that has edges. */
  support(place: number, from: number, to: number): number {
    const at = place * (this.length + 1);
    return (this.sums[at + to]! - this.sums[at + from]!) / (to - from);
  }

  /** Points of the longest run with small gaps that is filled enough. */
  private longestRun(place: number): number {
    const gap = GAP * this.length;
    let best = 0;
    let start = -1;
    let last = 0;
    let points = 0;
    for (let i = 0; i < this.length; i++) {
      if (this.stays[place * this.length + i] === 0) continue;
      if (start < 0 || i - last > gap) {
        start = i;
        points = 0;
      }
      points++;
      last = i;
      if (points > best && points >= LEAST_FILLED * (i - start + 1)) best = points;
    }
    return best;
  }
}
