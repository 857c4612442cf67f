import { judge } from './judging.js';
import type { DetectionSaid, Matched } from './observations.js';
import type { Request } from './simulator-messages.js';
import { type ChannelPlan, SEGMENT_SECONDS, type Shown } from './types.js';

const SEGMENT_MS = 1000 * SEGMENT_SECONDS;
/** What shows for less than this while a channel is watched need not be found, ms. */
const DUE = 8_000;
/** What begins to show later than this before the end need not be found yet, ms. */
const TO_FIND = 15_000;
/** A segment published later than this before the end need not be matched yet, ms. */
const TO_MATCH = 12_000;

export interface Watched {
  readonly channels: readonly ChannelPlan[];
  readonly shown: readonly Shown[];
  /** When the broadcast began, ms since 1970. */
  readonly broadcastFrom: number;
  /** What counts: from a moment after the start of the system to the last moment it was watched, ms since 1970. */
  readonly from: number;
  readonly to: number;
  readonly requests: readonly Request[];
  readonly matched: readonly Matched[];
  readonly detections: readonly DetectionSaid[];
}

export interface Segments {
  /** Named by a playlist between the first segment captured of the channel and the end. */
  readonly announced: number;
  readonly matched: number;
  /** The server did not have it, by plan. */
  readonly missing: number;
  /** Could have been matched, and was not. */
  readonly dropped: number;
}

export interface Score {
  /** Every channel kept up: nothing dropped, and the newest segment that was due is matched. */
  readonly realtime: boolean;
  /** From a segment's capture to its match, s. */
  readonly lagP50: number | null;
  readonly lagP95: number | null;
  /** From the first picture of a planted work to `detection.opened`, s; of what was found. */
  readonly openP50: number | null;
  readonly openP95: number | null;
  readonly segments: Segments;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly due: number;
  readonly found: number;
  readonly opened: number;
  readonly wrong: number;
  /** Detections beyond the first of one showing. */
  readonly doubled: number;
  readonly byAttack: Readonly<Record<string, { readonly due: number; readonly found: number }>>;
  readonly missed: readonly Shown[];
  readonly wrongDetections: readonly DetectionSaid[];
  readonly doubledDetections: readonly DetectionSaid[];
}

/** How well what a system said agrees with what was broadcast. */
export function score(watched: Watched): Score {
  const { from } = watched;
  const first = firstMatched(watched);
  const segments = countSegments(watched, first);
  const lags = lagsOf(watched);
  const { openings, wrong, doubled, opened } = judgeDetections(watched);
  const due = watched.shown.filter((shown) => isDue(shown, first.get(shown.channel), watched));
  const found = due.filter((shown) => openings.has(shown));
  const waits = found
    .filter((shown) => shown.start >= Math.max(from, first.get(shown.channel)!.from))
    .map((shown) => openings.get(shown)! - shown.start);
  return {
    realtime: segments.dropped === 0 && watched.channels.every(({ id }) => first.has(id)),
    lagP50: seconds(percentile(lags, 0.5)),
    lagP95: seconds(percentile(lags, 0.95)),
    openP50: seconds(percentile(waits, 0.5)),
    openP95: seconds(percentile(waits, 0.95)),
    segments,
    recall: ratio(found.length, due.length),
    precision: ratio(opened - wrong.length, opened),
    due: due.length,
    found: found.length,
    opened,
    wrong: wrong.length,
    doubled: doubled.length,
    byAttack: byAttack(due, openings),
    missed: due.filter((shown) => !openings.has(shown)),
    wrongDetections: wrong,
    doubledDetections: doubled,
  };
}

/** The first segment of a channel that was matched, and when its first picture was broadcast, ms since 1970. */
interface First {
  readonly sequence: number;
  readonly from: number;
}

function firstMatched({ channels, broadcastFrom, matched }: Watched): ReadonlyMap<string, First> {
  const lowest = new Map<string, number>();
  for (const { channel, sequence } of matched)
    lowest.set(channel, Math.min(sequence, lowest.get(channel) ?? sequence));
  const first = new Map<string, First>();
  for (const { id, emissions } of channels) {
    const sequence = lowest.get(id);
    const emission = sequence === undefined ? undefined : emissions[sequence];
    if (emission)
      first.set(id, { sequence: emission.sequence, from: broadcastFrom + emission.at - SEGMENT_MS });
  }
  return first;
}

/** From the last byte that the server sent of a segment to its match, ms. */
function lagsOf({ requests, matched, from, to }: Watched): number[] {
  const sent = new Map(requests.map(({ channel, sequence, at }) => [`${channel} ${sequence}`, at]));
  return matched.flatMap(({ channel, sequence, at }) => {
    const captured = sent.get(`${channel} ${sequence}`) ?? null;
    return captured === null || at < from || at > to ? [] : [at - captured];
  });
}

function countSegments(
  { channels, broadcastFrom, to, matched }: Watched,
  first: ReadonlyMap<string, First>,
): Segments {
  const known = new Set(matched.map(({ channel, sequence }) => `${channel} ${sequence}`));
  const counts = { announced: 0, matched: 0, missing: 0, dropped: 0 };
  for (const { id, emissions } of channels) {
    const begin = first.get(id)?.sequence ?? 0;
    for (const { sequence, at, damage } of emissions) {
      const published = broadcastFrom + at;
      if (sequence < begin || published > to || published < broadcastFrom - SEGMENT_MS) continue;
      const isMatched = known.has(`${id} ${sequence}`);
      if (!isMatched && published > to - TO_MATCH) continue;
      counts.announced++;
      if (isMatched) counts.matched++;
      else if (damage === 'missing') counts.missing++;
      else counts.dropped++;
    }
  }
  return counts;
}

function isDue(shown: Shown, first: First | undefined, { from, to }: Watched): boolean {
  if (!first)
    return shown.start >= from && shown.start <= to - TO_FIND - DUE && shown.end - shown.start >= DUE;
  const start = Math.max(shown.start, first.from);
  return start >= from - DUE && Math.min(shown.end, to - TO_FIND) - start >= DUE;
}

/** Which showing each opened detection is of, and which are of none, or of one that has its own. */
function judgeDetections({ shown, detections, from, to }: Watched) {
  const last = new Map<string, DetectionSaid>();
  const openedAt = new Map<string, number>();
  for (const said of detections) {
    last.set(said.id, said);
    if (said.change === 'opened' && !openedAt.has(said.id)) openedAt.set(said.id, said.at);
  }
  const opened = [...openedAt].map(([id, at]) => ({ at, said: last.get(id)! }));
  const judged = judge(
    opened.filter(({ at }) => at <= to),
    shown,
  );
  const openings = new Map<Shown, number>();
  for (const { of, at } of judged)
    if (of) openings.set(of, Math.min(at, openings.get(of) ?? Number.POSITIVE_INFINITY));
  const counted = judged.filter(({ at }) => at >= from);
  return {
    openings,
    opened: counted.length,
    wrong: counted.filter(({ of }) => of === null).map(({ said }) => said),
    doubled: counted.filter(({ isDoubled }) => isDoubled).map(({ said }) => said),
  };
}

function byAttack(due: readonly Shown[], openings: ReadonlyMap<Shown, number>): Score['byAttack'] {
  const counts: Record<string, { due: number; found: number }> = {};
  for (const shown of due) {
    counts[shown.attack] ??= { due: 0, found: 0 };
    counts[shown.attack]!.due++;
    if (openings.has(shown)) counts[shown.attack]!.found++;
  }
  return counts;
}

/** The smallest value that at least this share of all reaches; null of none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole);
const seconds = (ms: number | null) => (ms === null ? null : ms / 1000);
