import { v5 as uuidv5 } from 'uuid';
import type { Seconds } from '../../fingerprints/units.js';
import { type DetectionId, detectionId, type UtcMillis, utcMillis } from '../domain/ids.js';
import type { Detection, Interval, Match, Modality, StreamInfo } from '../domain/match.js';

/** The same asset continues a detection while the gap is at most this … */
export const MAX_GAP: Seconds = 30;
/** … and the line agrees within this. */
export const MAX_LINE_DIFFERENCE: Seconds = 1;
/** Match and detection of one asset are the same when this share of the shorter one is common to both. */
const SAME_TIME = 0.5;
/** An end that moves by less is no news, s. */
const NEWS: Seconds = 0.5;
/** Closed detections are remembered this long, so that a match that is still reported opens none anew. */
export const REMEMBER_CLOSED: Seconds = 600;

/** Namespace of detection ids (UUIDv5): made once at random, never to be changed. */
const DETECTION_NAMESPACE = 'e42a497e-b2a6-4bca-afab-39819129061f';

/** A match on a live stream, with the time at which it was seen. */
export interface SeenMatch {
  readonly match: Match;
  readonly time: Interval<UtcMillis>;
  /** Reference time in which the match's asset may claim: nothing beyond it is continued. */
  readonly claimable: Interval;
}

export interface DetectionChange {
  readonly type: 'opened' | 'extended' | 'closed';
  readonly detection: Detection;
}

/** What a tracker knows: with it another one goes on. */
export interface KnownDetections {
  readonly open: readonly Detection[];
  /** Closed by this run: a match that is still reported opens none anew. */
  readonly closed: readonly Detection[];
  /** Closed by an earlier run: what continues one, or shows it again, opens it again. */
  readonly past: readonly Detection[];
}

export const NONE_KNOWN: KnownDetections = { open: [], closed: [], past: [] };

/** Replay gives the same id. */
export function idOfDetection(stream: StreamInfo, match: Match, start: UtcMillis): DetectionId {
  const name = [stream.id, match.catalogue, match.assetId, new Date(start).toISOString()].join('\n');
  return detectionId(uuidv5(name, DETECTION_NAMESPACE));
}

/**
 * Turns the matches of one stream into detections. It is told, again and again, all matches that still are
 * remembered; telling it twice changes nothing.
 */
export class DetectionTracker {
  #open: Detection[];
  #closed: Detection[];
  #past: Detection[];

  /** @param known what an earlier tracker of the stream left */
  constructor(
    private readonly stream: StreamInfo,
    { open, closed, past }: KnownDetections = NONE_KNOWN,
  ) {
    this.#open = [...open];
    this.#closed = [...closed];
    this.#past = [...past];
  }

  get known(): KnownDetections {
    return { open: this.#open, closed: this.#closed, past: this.#past };
  }

  /** @param now up to here the stream was matched */
  update(seen: readonly SeenMatch[], now: UtcMillis): DetectionChange[] {
    const isRemembered = ({ time }: Detection) => now - time.end < 1000 * REMEMBER_CLOSED;
    this.#closed = this.#closed.filter(isRemembered);
    this.#past = this.#past.filter(isRemembered);
    const changes = seen.flatMap((match) => this.#take(match) ?? []);
    return [...changes, ...this.#close((detection) => now - detection.time.end > 1000 * MAX_GAP)];
  }

  closeAll(): DetectionChange[] {
    return this.#close(() => true);
  }

  #take(seen: SeenMatch): DetectionChange | null {
    const onLine = this.#open.find((detection) => continues(detection, seen));
    const known = onLine ?? this.#open.find((detection) => revises(detection, seen));
    if (known) {
      const extended = extend(known, seen, onLine !== undefined);
      if (!isNews(known, extended)) return null;
      this.#open = this.#open.map((detection) => (detection === known ? extended : detection));
      return { type: 'extended', detection: extended };
    }
    if (this.#closed.some((old) => continues(old, seen) || revises(old, seen))) return null;
    const detection = this.#reopen(seen) ?? begin(this.stream, seen);
    this.#open.push(detection);
    return { type: 'opened', detection };
  }

  #reopen(seen: SeenMatch): Detection | null {
    const old = this.#past.find((past) => continues(past, seen) || revises(past, seen));
    if (!old) return null;
    this.#past = this.#past.filter((past) => past !== old);
    return { ...extend(old, seen, continues(old, seen)), state: 'open' };
  }

  #close(ended: (detection: Detection) => boolean): DetectionChange[] {
    const closing = this.#open
      .filter(ended)
      .map((detection): Detection => ({ ...detection, state: 'closed' }));
    this.#open = this.#open.filter((detection) => !ended(detection));
    this.#closed.push(...closing);
    return closing.map((detection) => ({ type: 'closed', detection }));
  }
}

function begin(stream: StreamInfo, { match, time }: SeenMatch): Detection {
  return {
    id: idOfDetection(stream, match, time.start),
    state: 'open',
    stream,
    catalogue: match.catalogue,
    assetId: match.assetId,
    title: match.title,
    referenceId: match.referenceId,
    modality: match.modality,
    time,
    reference: match.reference,
    speed: match.speed,
    mirrored: match.mirrored,
    box: match.box,
    score: match.score,
    expectedFalsePerDay: match.expectedFalsePerDay,
  };
}

function continues(detection: Detection, { match, time, claimable }: SeenMatch): boolean {
  if (detection.catalogue !== match.catalogue || detection.assetId !== match.assetId) return false;
  const before = claimable.start - detection.reference.start;
  const after = detection.reference.end - claimable.end;
  if (Math.max(before, after) > MAX_LINE_DIFFERENCE) return false;
  const gap = Math.max(time.start - detection.time.end, detection.time.start - time.end) / 1000;
  if (gap > MAX_GAP) return false;
  const expected = detection.reference.start + (detection.speed * (time.start - detection.time.start)) / 1000;
  return Math.abs(expected - match.reference.start) <= MAX_LINE_DIFFERENCE;
}

/**
 * Whether a match says anew what a detection has said of most of its time, on another line: where scenes look
 * alike, more evidence can move a line. An asset is at one place at a time.
 */
function revises(detection: Detection, { match, time }: SeenMatch): boolean {
  if (detection.catalogue !== match.catalogue || detection.assetId !== match.assetId) return false;
  const shared = Math.min(detection.time.end, time.end) - Math.max(detection.time.start, time.start);
  const shorter = Math.min(detection.time.end - detection.time.start, time.end - time.start);
  return shared > SAME_TIME * shorter;
}

function extend(detection: Detection, { match, time }: SeenMatch, onLine: boolean): Detection {
  const better = match.expectedFalsePerDay < detection.expectedFalsePerDay;
  const joined = {
    start: utcMillis(Math.min(detection.time.start, time.start)),
    end: utcMillis(Math.max(detection.time.end, time.end)),
  };
  return {
    ...detection,
    modality: joint(detection.modality, match.modality),
    time: joined,
    reference: onLine
      ? {
          start: Math.min(detection.reference.start, match.reference.start),
          end: Math.max(detection.reference.end, match.reference.end),
        }
      : along(better ? { ...match, time } : detection, joined),
    mirrored: better ? match.mirrored : detection.mirrored,
    box: better ? (match.box ?? detection.box) : (detection.box ?? match.box),
    score: Math.max(detection.score, match.score),
    expectedFalsePerDay: Math.min(detection.expectedFalsePerDay, match.expectedFalsePerDay),
  };
}

/** The stretch of reference that a line puts beside a stretch of stream. */
function along(
  { time, reference, speed }: Pick<Detection, 'time' | 'reference' | 'speed'>,
  stretch: Interval<UtcMillis>,
): Interval {
  const at = (moment: UtcMillis) => reference.start + (speed * (moment - time.start)) / 1000;
  return { start: Math.max(0, at(stretch.start)), end: at(stretch.end) };
}

function joint(a: Modality, b: Modality): Modality {
  return a === b ? a : 'both';
}

function isNews(before: Detection, after: Detection): boolean {
  return (
    after.time.end - before.time.end >= 1000 * NEWS ||
    before.time.start - after.time.start >= 1000 * NEWS ||
    before.modality !== after.modality ||
    before.mirrored !== after.mirrored
  );
}
