import type { Seconds } from '../../fingerprints/units.js';
import type { SegmentResult } from '../../workers/protocol.js';
import { StreamprintError } from '../domain/errors.js';
import { lengthOf } from '../domain/intervals.js';
import type { Detection } from '../domain/match.js';
import { DEFAULT_LIMITS } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { lineOf, withinPart } from './alignment.js';
import type { EvidenceCard, EvidenceSegment } from './media-files.js';
import { placeSegment } from './placing.js';
import { type Referred, referredBy } from './referred.js';

/** Where media lie is known from their capture to within so much … */
const UNKNOWN: Seconds = 60;
/** … and from their neighbours to within so much. */
const KNOWN: Seconds = 1;
/** Segments whose time stamps lie this near follow each other. */
const JOINT: Seconds = 0.5;

/** A segment that was fetched, and where it lies. */
export interface PlacedSegment {
  readonly file: string;
  readonly carries: 'both' | 'audio';
  /** Time stamps of its media. */
  readonly start: Seconds;
  readonly end: Seconds;
  /** Time from the start of the detection = media time + shift. */
  readonly shift: Seconds;
  /** By what it shows of the reference, or by neighbours that do; else by the time of its capture alone. */
  readonly isSure: boolean;
}

export interface PlacingServices {
  readonly pool: MediaPool;
  readonly index: Pick<ReferenceIndex, 'references' | 'readFingerprint'>;
  readonly fileOf: (segment: EvidenceSegment) => string;
}

/**
 * Finds where the media of a detection lie, by what they show of the reference: captures are stamped when they come,
 * several segments at once at the start. What cannot be decoded is left out.
 */
export async function placeMedia(
  services: PlacingServices,
  detection: Detection,
  { segments }: EvidenceCard,
): Promise<PlacedSegment[]> {
  const referred = await referredBy(services.index, detection);
  const placed: PlacedSegment[] = [];
  for (const segment of segments) {
    const decoded = await decode(services, segment);
    if (!decoded) continue;
    const before: PlacedSegment | undefined = placed.at(-1);
    const neighbour = before && Math.abs(decoded.start - before.end) <= JOINT ? before : null;
    const guess = neighbour?.shift ?? guessedShift(detection, segment, decoded);
    const around = neighbour?.isSure ? KNOWN : UNKNOWN;
    const found = await findShift(services, detection, referred, decoded, guess, around);
    const { start, end } = decoded;
    placed.push({
      file: segment.file,
      carries: segment.content.carries,
      start,
      end,
      shift: found ?? guess,
      isSure: found !== null || neighbour?.isSure === true,
    });
  }
  return withNeighbours(placed);
}

async function decode(
  { pool, fileOf }: PlacingServices,
  segment: EvidenceSegment,
): Promise<SegmentResult | null> {
  try {
    return await pool.run({
      kind: 'segment',
      path: fileOf(segment),
      limits: DEFAULT_LIMITS,
      pictures: 'sparse',
      audioState: null,
      last: true,
    });
  } catch (error) {
    if (error instanceof StreamprintError) return null;
    throw error;
  }
}

async function findShift(
  { index }: PlacingServices,
  detection: Detection,
  referred: readonly Referred[],
  decoded: SegmentResult,
  guess: Seconds,
  around: Seconds,
): Promise<Seconds | null> {
  const within = { start: decoded.start + guess - around, end: decoded.end + guess + around };
  for (const part of referred) {
    if (lengthOf(withinPart(detection, part, within)) <= 0) continue;
    const fingerprint = await index.readFingerprint(part.fingerprintId);
    if (!fingerprint) continue;
    const { speed, offset } = lineOf(detection, part);
    const line = { speed, offset: offset + speed * guess };
    const placed = placeSegment(decoded, fingerprint, line, around);
    if (placed) return guess + placed.shift / speed;
  }
  return null;
}

/** What comes before the work shows nothing of it: it lies as what follows it does. */
function withNeighbours(placed: readonly PlacedSegment[]): PlacedSegment[] {
  const result = [...placed];
  for (let i = result.length - 2; i >= 0; i--) {
    const [one, next] = [result[i]!, result[i + 1]!];
    if (!one.isSure && next.isSure && Math.abs(next.start - one.end) <= JOINT)
      result[i] = { ...one, shift: next.shift, isSure: true };
  }
  return result;
}

/** A segment was whole when its first byte came, or soon after. */
function guessedShift({ time }: Detection, { content }: EvidenceSegment, { end }: SegmentResult): Seconds {
  return (Date.parse(content.capture.start) - time.start) / 1000 - end;
}
