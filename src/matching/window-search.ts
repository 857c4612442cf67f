import { landmarksOf } from '../../fingerprints/landmarks.js';
import { hashOf, mirrorCoefficients } from '../../fingerprints/picture.js';
import { probeTerms } from '../../fingerprints/picture-terms.js';
import { HASH_BITS, HASH_BYTES, type Seconds } from '../../fingerprints/units.js';
import type { Nomination, PictureProbe, ReferenceIndex } from '../reference-index/reference-index.js';
import { type AudioLine, bestShift, readWordsAlong } from './audio-evidence.js';
import type { Line } from './line.js';
import { nearestShift, picturesEvidence, readRowsAlong, spread, weighPictures } from './picture-evidence.js';
import { type Effort, FOLLOW_FROM } from './settings.js';
import type { RememberedPicture, StreamMemory } from './stream-memory.js';

/** The words decide within this many ticks (± 0.1 s) around what the landmarks nominate. */
const WORD_SHIFT_TICKS = 6;
/** The pictures decide within this much around what their look-up nominates. */
const PICTURE_SHIFT: Seconds = 0.6;
/** Fewer landmarks in a window than this say nothing. */
const MIN_LANDMARKS = 8;

/** A line worth following, with the evidence of the window that it was found in. */
export interface FoundLine extends Line {
  /** Sound track; null = found by its pictures. */
  readonly track: number | null;
  readonly evidence: number;
}

/** Looks a window's sound up and decides by its words. Best first. */
export async function searchSound(
  index: ReferenceIndex,
  memory: StreamMemory,
  from: Seconds,
  to: Seconds,
  effort: Effort,
): Promise<FoundLine[]> {
  const query = landmarksOf(memory.peaksBetween(from, to), from, { set: 'lean' });
  if (query.hashes.length < MIN_LANDMARKS) return [];
  const nominations = await index.nominateByLandmarks(query, effort.audioCandidates);
  const lines = nominations.map(
    (n): AudioLine => ({ fingerprintId: n.fingerprintId, track: n.track, offset: n.offset - from, speed: 1 }),
  );
  const found: FoundLine[] = [];
  for (const along of await readWordsAlong(index, lines, from, to)) {
    const { shift, evidence } = bestShift(memory, along, WORD_SHIFT_TICKS);
    if (evidence >= FOLLOW_FROM) found.push({ ...along.line, offset: along.line.offset + shift, evidence });
  }
  return found.sort((a, b) => b.evidence - a.evidence);
}

/** Looks a window's pictures up, as they are and mirrored, and decides by all its pictures. Best first. */
export async function searchPictures(
  index: ReferenceIndex,
  memory: StreamMemory,
  from: Seconds,
  to: Seconds,
  effort: Effort,
): Promise<FoundLine[]> {
  const pictures = weighPictures(memory, from, to);
  if (pictures.length === 0) return [];
  const chosen = spread(pictures, effort.picturesLookedUp);
  const probes = chosen.flatMap(({ picture }, i) => probesOf(picture, picture.time - from, i));
  const nominations = await index.nominateByPictures({ probes }, effort.pictureCandidates);
  const lines = nominations.map((n) => lineOf(n, from));
  const alongs = await readRowsAlong(index, lines, from, to, PICTURE_SHIFT);
  const found = alongs.map((along, i): FoundLine => {
    const { mirrored } = nominations[i]!;
    const shift = nearestShift(along, pictures, mirrored, PICTURE_SHIFT);
    const evidence = picturesEvidence(along, pictures, mirrored, shift);
    return { ...along.line, offset: along.line.offset + shift, track: null, evidence };
  });
  return found.filter((f) => f.evidence >= FOLLOW_FROM).sort((a, b) => b.evidence - a.evidence);
}

function lineOf(nomination: Nomination, from: Seconds): Line {
  return { fingerprintId: nomination.fingerprintId, offset: nomination.offset - from, speed: 1 };
}

function probesOf(picture: RememberedPicture, time: Seconds, number: number): PictureProbe[] {
  const mirrored = new Float32Array(HASH_BITS);
  mirrorCoefficients(picture.coefficients, 0, mirrored, 0);
  const hash = new Uint8Array(HASH_BYTES);
  hashOf(mirrored, 0, hash, 0);
  return [
    {
      time,
      picture: number,
      box: 0,
      hash: picture.hash.slice(),
      terms: probeTerms(picture.coefficients, 0),
      mirrored: false,
    },
    { time, picture: number, box: 0, hash, terms: probeTerms(mirrored, 0), mirrored: true },
  ];
}
