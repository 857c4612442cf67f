import type { Box } from '../../fingerprints/picture-box.js';
import { refineBox, type Sight } from '../../fingerprints/picture-refine.js';
import { REGIONS, type Seconds } from '../../fingerprints/units.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { FollowedLine } from './line.js';
import { hashOffset, pictureEvidence, type RowsAlong, readRowsAlong, spread } from './picture-evidence.js';
import type { StreamMemory } from './stream-memory.js';
import type { View } from './view.js';

/** A line's view is looked for in the pictures of the last so many seconds. */
export const VIEW_BY: Seconds = 24;
/** So many of them are enough. */
const VIEW_PICTURES = 12;
/** A view must be better than the present one by this much in all, and by so much a picture: the best of many flatters. */
const VIEW_GAIN = 4;
const VIEW_GAIN_EACH = 1;

/** A part is fitted to so many pictures. */
const SIGHTS = 4;

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
  const pictures = spread(memory.smallPicturesBetween(to - VIEW_BY, to), VIEW_PICTURES);
  const views = boxes.length * REGIONS * 2;
  const evidenceOf = (along: RowsAlong, view: View, tried: number) =>
    pictures.reduce((sum, picture) => sum + pictureEvidence(along, picture, view, 0, tried), 0);
  const gain = Math.max(VIEW_GAIN, VIEW_GAIN_EACH * pictures.length);
  const changed: FollowedLine[] = [];
  const alongs = await readRowsAlong(index, lines, to - VIEW_BY, to, 0);
  alongs.forEach((along, i) => {
    const line = lines[i]!;
    let best = { view: line.view, evidence: evidenceOf(along, line.view, 1) + gain };
    for (const view of viewsOf(boxes)) {
      const evidence = evidenceOf(along, view, views);
      if (evidence > best.evidence) best = { view, evidence };
    }
    if (best.view === line.view) return;
    line.showAs(best.view);
    changed.push(line);
  });
  return changed;
}

/** A view whose part of the picture is fitted to the reference's own hashes. */
export function refineView(
  memory: StreamMemory,
  along: RowsAlong,
  view: View,
  from: Seconds,
  to: Seconds,
): View {
  const sights = spread(memory.smallPicturesBetween(from, to), SIGHTS).flatMap((picture): Sight[] => {
    const hashAt = hashOffset(along, picture, view.region);
    if (!picture.small || hashAt === null) return [];
    return [{ thumbs: picture.small, thumb: 0, hashes: along.rows, hashAt }];
  });
  if (sights.length < 2) return view;
  return { ...view, box: refineBox(sights, view.mirrored, view.box).box };
}

/** All ways in which parts may show a reference. */
export function* viewsOf(boxes: readonly Box[]): Generator<View> {
  for (const box of boxes)
    for (let region = 0; region < REGIONS; region++)
      for (const mirrored of [false, true]) yield { box, region, mirrored };
}
