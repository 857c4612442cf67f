import type { Box } from '../../fingerprints/picture-box.js';
import { WHOLE } from '../../fingerprints/picture-boxes.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { FoundLine } from './found-line.js';
import { refineView, viewsOf } from './line-viewing.js';
import {
  nearestShift,
  picturesEvidence,
  type RowsAlong,
  readRowsAlong,
  spread,
  weighPictures,
} from './picture-evidence.js';
import type { StreamMemory } from './stream-memory.js';

/** The parts that are looked at anyway are tried at all places up to this far away … */
const FAR: Seconds = 12;
/** … by so many pictures. */
const FAR_PICTURES = 12;
/** From the best on, places up to this far away are tried with a part fitted to each, so far apart. */
const WITHIN: Seconds = 3;
const APART: Seconds = 0.6;
/** A part that was fitted at each of them lies as near as the best of so many views would by chance. */
const VIEWS = 40;
/** Fewer pictures that show a part say too little of it. */
const LEAST_PICTURES = 3;
/** Another place must lie nearer by so many bits a picture. */
const GAIN = 1;
/** Lines with less evidence are not worth it, nats. */
const SETTLED_FROM = 9;

/**
 * Fits place and part of the picture together. A picture that is panned or zoomed shows in a part that is a little off
 * what its reference shows a little earlier or later: fitted one after the other, both stay where they are.
 * @param most lines, the first that are in doubt or better and seen in a part; all others are given as they are
 */
export async function settle(
  index: ReferenceIndex,
  memory: StreamMemory,
  found: readonly FoundLine[],
  boxes: readonly Box[],
  from: Seconds,
  to: Seconds,
  most: number,
): Promise<FoundLine[]> {
  const chosen = found
    .filter((line) => line.evidence >= SETTLED_FROM && line.view.box !== WHOLE)
    .slice(0, most);
  const alongs = await readRowsAlong(index, chosen, from, to, FAR + WITHIN + 2 * APART);
  const settled = new Map(
    chosen.map((line, i) => {
      const start = shownElsewhere(memory, line, alongs[i]!, boxes, from, to);
      return [line, settledOf(memory, start, alongs[i]!, from, to)];
    }),
  );
  return found.map((line) => settled.get(line) ?? line);
}

/** The line in whichever part, at whichever place near by, the pictures lie nearest. */
function shownElsewhere(
  memory: StreamMemory,
  line: FoundLine,
  along: RowsAlong,
  boxes: readonly Box[],
  from: Seconds,
  to: Seconds,
): FoundLine {
  let best = { line, bits: bitsOf(memory, along, line, from, to).bits - GAIN };
  for (const box of boxes) {
    const all = weighPictures(memory, from, to, box);
    const pictures = spread(all, FAR_PICTURES);
    if (pictures.length < LEAST_PICTURES) continue;
    for (const view of viewsOf([box])) {
      const { shift, distance } = nearestShift(along, pictures, view, FAR);
      const bits = distance / pictures.length;
      if (bits >= best.bits) continue;
      const evidence = picturesEvidence(along, all, view, shift, VIEWS);
      best = { line: { ...line, view, offset: line.offset + shift, evidence }, bits };
    }
  }
  return best.line;
}

/** @param along rows around the line as it was found */
function settledOf(
  memory: StreamMemory,
  line: FoundLine,
  along: RowsAlong,
  from: Seconds,
  to: Seconds,
): FoundLine {
  const steps = Math.round(WITHIN / APART);
  const start = { ...along, line: { ...along.line, offset: line.offset } };
  let best = { line, bits: bitsOf(memory, start, line, from, to).bits - GAIN };
  for (let k = -steps; k <= steps; k++) {
    const moved = { ...along, line: { ...along.line, offset: line.offset + k * APART } };
    const view = refineView(memory, moved, line.view, from, to);
    const there = { ...line, view, offset: moved.line.offset };
    const { bits, shift, evidence } = bitsOf(memory, moved, there, from, to);
    if (bits < best.bits) best = { line: { ...there, offset: there.offset + shift, evidence }, bits };
  }
  return best.line;
}

/** Mean distance of the pictures from the rows at the best place near by, bits, and what they say there. */
function bitsOf(memory: StreamMemory, along: RowsAlong, { view }: FoundLine, from: Seconds, to: Seconds) {
  const pictures = weighPictures(memory, from, to, view.box);
  const { shift, distance } = nearestShift(along, pictures, view, APART);
  const evidence = picturesEvidence(along, pictures, view, shift, VIEWS);
  return {
    shift,
    evidence,
    bits: pictures.length === 0 ? Number.POSITIVE_INFINITY : distance / pictures.length,
  };
}
