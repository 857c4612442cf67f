import { mirrorCoefficients } from '../../fingerprints/picture.js';
import type { Box } from '../../fingerprints/picture-box.js';
import { BOXES, WHOLE } from '../../fingerprints/picture-boxes.js';
import { probeTerms } from '../../fingerprints/picture-terms.js';
import { HASH_BITS, type Seconds } from '../../fingerprints/units.js';
import type { PictureProbe, ReferenceIndex } from '../reference-index/reference-index.js';
import type { FoundLine } from './found-line.js';
import type { Line } from './line.js';
import { nearestShift, picturesEvidence, readRowsAlong, spread, weighPictures } from './picture-evidence.js';
import type { SearchPlan } from './search-plan.js';
import type { Effort } from './settings.js';
import type { StreamMemory } from './stream-memory.js';
import type { StreamPicture } from './stream-picture.js';
import type { View } from './view.js';

/** The pictures decide within this much around what their look-up nominates. */
const SHIFT: Seconds = 0.6;

/** Looks the parts of a window's pictures up, as they are and mirrored, and decides by all its pictures. Best first. */
export async function searchPictures(
  index: ReferenceIndex,
  memory: StreamMemory,
  from: Seconds,
  to: Seconds,
  effort: Effort,
  boxes: readonly Box[],
): Promise<FoundLine[]> {
  const weighed = new Map(boxes.map((box) => [box, weighPictures(memory, from, to, box)]));
  const numbers = new Map(memory.picturesBetween(from, to).map((picture, n) => [picture, n]));
  const probes = boxes.flatMap((box, number) =>
    spread(weighed.get(box)!, effort.picturesLookedUp).flatMap(({ picture }) => {
      const common = { picture: numbers.get(picture)!, box: number, time: picture.time - from };
      return probesOf(picture, box, effort.mirroredParts || box === WHOLE).map((probe) => ({
        ...common,
        ...probe,
      }));
    }),
  );
  if (probes.length === 0) return [];
  const nominations = await index.nominateByPictures({ probes }, effort.pictureCandidates);
  const lines = nominations.map(
    (n): Line => ({ fingerprintId: n.fingerprintId, offset: n.offset - from, speed: 1 }),
  );
  const alongs = await readRowsAlong(index, lines, from, to, SHIFT);
  const found = alongs.map((along, i): FoundLine => {
    const { mirrored, box, region } = nominations[i]!;
    const view: View = { box: boxes[box]!, region, mirrored };
    const pictures = weighed.get(view.box)!;
    const { shift } = nearestShift(along, pictures, view, SHIFT);
    const evidence = picturesEvidence(along, pictures, view, shift);
    return { ...along.line, offset: along.line.offset + shift, track: null, pitch: 0, view, evidence };
  });
  return found.filter((f) => f.evidence >= effort.followFrom).sort((a, b) => b.evidence - a.evidence);
}

/** The parts of a window's pictures to look at; the whole comes first. */
export function boxesOf(plan: SearchPlan): readonly Box[] {
  return plan.boxes === 'base' ? BOXES.base : ALL_BOXES;
}

const ALL_BOXES = [...BOXES.base, ...BOXES.extra];

function probesOf(
  picture: StreamPicture,
  box: Box,
  alsoMirrored: boolean,
): Pick<PictureProbe, 'hash' | 'terms' | 'mirrored'>[] {
  const { coefficients, hash, mirroredHash } = picture.look(box);
  const plain = { hash, terms: probeTerms(coefficients, 0), mirrored: false };
  if (!alsoMirrored) return [plain];
  mirrorCoefficients(coefficients, 0, mirrored, 0);
  return [plain, { hash: mirroredHash, terms: probeTerms(mirrored, 0), mirrored: true }];
}

const mirrored = new Float32Array(HASH_BITS);
