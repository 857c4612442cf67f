import { WHOLE } from '../../fingerprints/picture-boxes.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { FoundLine } from './found-line.js';
import { refineView } from './line-viewing.js';
import {
  nearestShift,
  picturesEvidence,
  type RowsAlong,
  readRowsAlong,
  weighPictures,
} from './picture-evidence.js';
import { DOUBT_FROM } from './settings.js';
import type { StreamMemory } from './stream-memory.js';

/** Places up to this far away are tried, so far apart. */
const WITHIN: Seconds = 3;
const APART: Seconds = 0.6;
/** A part that was fitted at each of them lies as near as the best of so many views would by chance. */
const VIEWS = 40;
/** Another place must lie nearer by so many bits a picture. */
const GAIN = 1;

/**
 * Fits place and part of the picture together. A picture that is panned or zoomed shows in a part that is a little off
 * what its reference shows a little earlier or later: fitted one after the other, both stay where they are.
 * @param most lines, the first that are in doubt or better and seen in a part; all others are given as they are
 */
export async function settle(
  index: ReferenceIndex,
  memory: StreamMemory,
  found: readonly FoundLine[],
  from: Seconds,
  to: Seconds,
  most: number,
): Promise<FoundLine[]> {
  const chosen = found
    .filter((line) => line.evidence >= DOUBT_FROM && line.view.box !== WHOLE)
    .slice(0, most);
  const alongs = await readRowsAlong(index, chosen, from, to, WITHIN + 2 * APART);
  const settled = new Map(chosen.map((line, i) => [line, settledOf(memory, line, alongs[i]!, from, to)]));
  return found.map((line) => settled.get(line) ?? line);
}

function settledOf(
  memory: StreamMemory,
  line: FoundLine,
  along: RowsAlong,
  from: Seconds,
  to: Seconds,
): FoundLine {
  const steps = Math.round(WITHIN / APART);
  let best = { line, bits: bitsOf(memory, along, line, from, to).bits - GAIN };
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
