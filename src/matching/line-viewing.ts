import type { Box } from '../../fingerprints/picture-box.js';
import { REGIONS, type Seconds } from '../../fingerprints/units.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { FollowedLine } from './line.js';
import { pictureEvidence, type RowsAlong, readRowsAlong, spread } from './picture-evidence.js';
import type { StreamMemory } from './stream-memory.js';
import type { View } from './view.js';

/** A line's view is looked for in the pictures of the last so many seconds. */
const VIEW_BY: Seconds = 24;
/** So many of them are enough. */
const VIEW_PICTURES = 12;
/** A view must be better than the present one by this much in all, and by so much a picture: the best of many flatters. */
const VIEW_GAIN = 4;
const VIEW_GAIN_EACH = 1;

/**
 * Looks for lines in every part of the stream's pictures: no look-up is needed, since the line says which pictures
 * of the reference they should be.
 * @returns those that are shown otherwise than was thought, to be compared anew
 */
export async function lookAround(
  index: ReferenceIndex,
  memory: StreamMemory,
  lines: readonly FollowedLine[],
  boxes: readonly Box[],
  to: Seconds,
): Promise<FollowedLine[]> {
  const pictures = spread(memory.picturesBetween(to - VIEW_BY, to), VIEW_PICTURES);
  const evidenceOf = (along: RowsAlong, view: View) =>
    pictures.reduce((sum, picture) => sum + pictureEvidence(along, picture, view, 0), 0);
  const gain = Math.max(VIEW_GAIN, VIEW_GAIN_EACH * pictures.length);
  const changed: FollowedLine[] = [];
  const alongs = await readRowsAlong(index, lines, to - VIEW_BY, to, 0);
  alongs.forEach((along, i) => {
    const line = lines[i]!;
    let best = { view: line.view, evidence: evidenceOf(along, line.view) + gain };
    for (const view of viewsOf(boxes)) {
      const evidence = evidenceOf(along, view);
      if (evidence > best.evidence) best = { view, evidence };
    }
    if (best.view === line.view) return;
    line.showAs(best.view);
    changed.push(line);
  });
  return changed;
}

function* viewsOf(boxes: readonly Box[]): Generator<View> {
  for (const box of boxes)
    for (let region = 0; region < REGIONS; region++)
      for (const mirrored of [false, true]) yield { box, region, mirrored };
}
