import { mirrorCoefficients } from '../../fingerprints/picture.js';
import type { Box } from '../../fingerprints/picture-box.js';
import { BOXES, WHOLE } from '../../fingerprints/picture-boxes.js';
import { probeTerms } from '../../fingerprints/picture-terms.js';
import { HASH_BITS, type Seconds } from '../../fingerprints/units.js';
import type { Nomination, PictureProbe, ReferenceIndex } from '../reference-index/reference-index.js';
import type { FoundLine } from './found-line.js';
import type { Line } from './line.js';
import { refineView } from './line-viewing.js';
import {
  nearestShift,
  picturesEvidence,
  type RowsAlong,
  readRowsAlong,
  spread,
  weighPictures,
} from './picture-evidence.js';
import { settle } from './picture-settling.js';
import type { Rectangles } from './rectangles.js';
import type { SearchPlan } from './search-plan.js';
import type { Effort, Probing } from './settings.js';
import type { StreamMemory } from './stream-memory.js';
import type { StreamPicture } from './stream-picture.js';
import type { View } from './view.js';

/** A part that was fitted to the reference lies as near as the best of so many would by chance. */
const REFINED_VIEWS = 20;
/** … and is worth it from so many nats on. */
const REFINED_GAIN = 4;
/** A part must say so much more than the whole, of which more pictures are known: its share of what the part says. */
const WHOLE_SHARE = 0.8;
/** A line with more evidence in a window needs no better view, nats. */
const SURE = 30;
/** The pictures decide within this much around what their look-up nominates. */
const SHIFT: Seconds = 0.6;

/** So many rectangles are looked at, and where everything is. */
const RECTANGLES = 4;
const MORE_RECTANGLES = 10;
/** One look-up takes so many probes; each nominates places of its own. */
const PROBES_AT_ONCE = 1000;

/** Edges that stay are told by so many pictures of a window. */
const RECTANGLE_PICTURES = 8;

/** Looks the parts of a window's pictures up, as they are and mirrored, and decides by all its pictures. Best first. */
export async function searchPictures(
  index: ReferenceIndex,
  memory: StreamMemory,
  from: Seconds,
  to: Seconds,
  effort: Effort,
  boxes: readonly Box[],
): Promise<FoundLine[]> {
  const inWindow = memory.picturesBetween(from, to, WHOLE).filter((picture) => picture.whole.informative);
  const numbers = new Map(inWindow.map((picture, n) => [picture, n]));
  const probes = boxes.flatMap((box, number) => {
    const { pictures, flips } = probingOf(box, effort);
    const shown = inWindow.filter((picture) => picture.shows(box));
    return spread(shown, pictures).flatMap((picture) => {
      const common = { picture: numbers.get(picture)!, box: number, time: picture.time - from };
      return probesOf(picture, box, flips, effort.mirroredParts || box === WHOLE).map((probe) => ({
        ...common,
        ...probe,
      }));
    });
  });
  if (probes.length === 0) return [];
  const nominations = await nominate(index, probes, effort);
  const lines = nominations.map(
    (n): Line => ({ fingerprintId: n.fingerprintId, offset: n.offset - from, speed: 1 }),
  );
  const alongs = await readRowsAlong(index, lines, from, to, SHIFT);
  const found = alongs.map((along, i): FoundLine => {
    const { mirrored, box, region } = nominations[i]!;
    const view: View = { box: boxes[box]!, region, mirrored };
    const { fingerprintId, speed } = along.line;
    const whole: View = { box: WHOLE, region: 0, mirrored };
    const inPart = placed(memory, along, view, from, to, 1);
    const asWhole = placed(memory, along, whole, from, to, 1);
    const seen = asWhole.evidence >= WHOLE_SHARE * inPart.evidence ? asWhole : inPart;
    return { fingerprintId, speed, track: null, pitch: 0, faint: false, ...seen };
  });
  for (const i of worthRefining(found, effort)) {
    const view = refineView(memory, alongs[i]!, found[i]!.view, from, to);
    found[i] = better(found[i]!, {
      ...found[i]!,
      ...placed(memory, alongs[i]!, view, from, to, REFINED_VIEWS),
    });
  }
  const followed = found
    .filter((f) => f.evidence >= effort.followFrom)
    .sort((a, b) => b.evidence - a.evidence);
  return settle(index, memory, followed, boxes, from, to, effort.settled);
}

/** The parts of a window's pictures to look at; the whole comes first. */
export function boxesOf(
  plan: SearchPlan,
  rectangles: Rectangles,
  memory: StreamMemory,
  from: Seconds,
  to: Seconds,
): readonly Box[] {
  if (plan.boxes === 'base') return BOXES.base;
  const pictures = spread(memory.smallPicturesBetween(from, to), RECTANGLE_PICTURES);
  const boxes = [...BOXES.base, ...BOXES.extra];
  return plan.boxes === 'all'
    ? [...boxes, ...rectangles.find(pictures, RECTANGLES)]
    : [...boxes, ...rectangles.find(pictures, MORE_RECTANGLES), ...BOXES.between];
}

/** Looks probes up, as many at a time as may be. Several look-ups may nominate one place, each with a part of its own. */
async function nominate(
  index: ReferenceIndex,
  probes: readonly PictureProbe[],
  { picturePostings: postings, pictureCandidates }: Effort,
): Promise<Nomination[]> {
  const nominations: Nomination[] = [];
  for (let at = 0; at < probes.length; at += PROBES_AT_ONCE) {
    const some = probes.slice(at, at + PROBES_AT_ONCE);
    nominations.push(...(await index.nominateByPictures({ probes: some, postings }, pictureCandidates)));
  }
  return nominations;
}

function probingOf(box: Box, effort: Effort): Probing {
  if (box === WHOLE) return effort.wholeProbes;
  return BOXES.base.includes(box) ? effort.baseProbes : effort.extraProbes;
}

/** Where a window's pictures lie nearest to a reference's rows, and what they say there. */
function placed(
  memory: StreamMemory,
  along: RowsAlong,
  view: View,
  from: Seconds,
  to: Seconds,
  views: number,
): Pick<FoundLine, 'offset' | 'view' | 'evidence'> {
  const pictures = weighPictures(memory, from, to, view.box);
  const { shift } = nearestShift(along, pictures, view, SHIFT);
  const evidence = picturesEvidence(along, pictures, view, shift, views);
  return { offset: along.line.offset + shift, view, evidence };
}

/** The best lines that are in doubt: their numbers. */
function worthRefining(found: readonly FoundLine[], { refined, refinedFrom }: Effort): number[] {
  return found
    .map((_, i) => i)
    .filter((i) => found[i]!.evidence >= refinedFrom && found[i]!.evidence < SURE)
    .sort((a, b) => found[b]!.evidence - found[a]!.evidence)
    .slice(0, refined);
}

function better(found: FoundLine, refined: FoundLine): FoundLine {
  return refined.evidence > found.evidence + REFINED_GAIN ? refined : found;
}

function probesOf(
  picture: StreamPicture,
  box: Box,
  flips: number,
  alsoMirrored: boolean,
): Pick<PictureProbe, 'hash' | 'terms' | 'doubts' | 'mirrored'>[] {
  const { coefficients, hash, mirroredHash, informative } = picture.look(box);
  if (!informative) return [];
  const plain = { hash, ...probeTerms(coefficients, 0, flips), mirrored: false };
  if (!alsoMirrored) return [plain];
  mirrorCoefficients(coefficients, 0, mirrored, 0);
  return [plain, { hash: mirroredHash, ...probeTerms(mirrored, 0, flips), mirrored: true }];
}

const mirrored = new Float32Array(HASH_BITS);
