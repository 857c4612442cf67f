import type { ChannelTruth, Truth, TruthEntry } from './truth.js';

/** A detection as `monitor --json` and `detections --json` print it; what the comparison needs of it. */
export interface FoundDetection {
  readonly stream: { readonly id: string };
  readonly assetId: string;
  readonly title: string;
  readonly modality: string;
  /** UTC, ISO 8601. */
  readonly start: string;
  readonly end: string;
  /** Seconds. */
  readonly reference: { readonly start: number; readonly end: number };
  readonly mirrored: boolean;
}

/** How far an end may lie from its true place: with sound, and of pictures alone. */
const TOLERANCE_SECONDS = 2;
const PICTURES_TOLERANCE_SECONDS = 3;
/** A segment is had up to one segment and some polls after it was broadcast; its times are late by that. */
const LATENESS_SECONDS = { least: -2, most: 10 };

export type Verdict = 'found' | 'missing' | 'misplaced';

export interface ComparedEntry {
  readonly channel: ChannelTruth;
  readonly entry: TruthEntry;
  readonly verdict: Verdict;
  readonly found: readonly FoundDetection[];
  /** What is wrong with it; empty where nothing is. */
  readonly problems: readonly string[];
}

export interface Comparison {
  /** Everything of the catalogue that ran, in the order of channels and time. */
  readonly entries: readonly ComparedEntry[];
  /** What was found where nothing of that title ran. */
  readonly unexpected: readonly FoundDetection[];
  /** Seconds by which the times of each channel are late, one number a channel; null = nothing found there. */
  readonly lateness: ReadonlyMap<string, number | null>;
  readonly passed: boolean;
}

/**
 * Holds what was found against what was put in. A viewer cannot know when a segment was broadcast, only when it
 * came: so the times of a channel may be late by one and the same number of seconds, which is taken from what was
 * found and must itself be small. Places in the reference owe nothing to any clock.
 * @param broadcastFrom when second 0 of the channels was broadcast, ms since 1970
 */
export function compare(
  truth: Truth,
  detections: readonly FoundDetection[],
  broadcastFrom: number,
): Comparison {
  const entries: ComparedEntry[] = [];
  const lateness = new Map<string, number | null>();
  const claimed = new Set<FoundDetection>();
  for (const channel of truth.channels) {
    const here = detections
      .filter(({ stream }) => stream.id === channel.id)
      .map((detection) => placed(detection, broadcastFrom));
    const pairs = channel.programme
      .filter(({ expected }) => expected !== 'nothing')
      .map((entry) => ({ entry, found: foundFor(entry, here, claimed) }));
    const late = latenessOf(pairs);
    lateness.set(channel.id, late);
    for (const { entry, found } of pairs) entries.push(judge(channel, entry, found, late ?? 0));
  }
  const unexpected = detections.filter((detection) => !claimed.has(detection));
  const passed = unexpected.length === 0 && entries.every(({ verdict }) => verdict === 'found');
  return { entries, unexpected, lateness, passed };
}

interface Placed {
  readonly detection: FoundDetection;
  /** Seconds from the start of the channel, late as they came. */
  readonly start: number;
  readonly end: number;
}

function placed(detection: FoundDetection, broadcastFrom: number): Placed {
  const seconds = (time: string) => (Date.parse(time) - broadcastFrom) / 1000;
  return { detection, start: seconds(detection.start), end: seconds(detection.end) };
}

/** The detection that covers most of an entry. */
function foundFor(entry: TruthEntry, here: readonly Placed[], claimed: Set<FoundDetection>): Placed[] {
  const touching = here
    .filter(({ detection }) => detection.assetId === entry.assetId && !claimed.has(detection))
    .map((candidate) => ({
      candidate,
      shared:
        Math.min(candidate.end, entry.streamEnd + LATENESS_SECONDS.most) -
        Math.max(candidate.start, entry.streamStart + LATENESS_SECONDS.least),
      distance: Math.abs(candidate.start - entry.streamStart),
    }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared || a.distance - b.distance)
    .map(({ candidate }) => candidate);
  const found = touching.slice(0, 1);
  for (const { detection } of found) claimed.add(detection);
  return found;
}

function latenessOf(pairs: readonly { entry: TruthEntry; found: readonly Placed[] }[]): number | null {
  const differences = pairs
    .flatMap(({ entry, found }) =>
      found.flatMap(({ start, end }) => [start - entry.streamStart, end - entry.streamEnd]),
    )
    .sort((a, b) => a - b);
  if (differences.length === 0) return null;
  const middle = differences.length / 2;
  return (differences[Math.floor(middle)]! + differences[Math.ceil(middle) - 1]!) / 2;
}

function judge(
  channel: ChannelTruth,
  entry: TruthEntry,
  found: readonly Placed[],
  late: number,
): ComparedEntry {
  const result = { channel, entry, found: found.map(({ detection }) => detection) };
  const only = found[0];
  if (!only) return { ...result, verdict: 'missing', problems: ['not found'] };
  const problems = problemsOf(entry, only, late);
  return { ...result, verdict: problems.length === 0 ? 'found' : 'misplaced', problems };
}

function problemsOf(entry: TruthEntry, { detection, start, end }: Placed, late: number): string[] {
  const tolerance = entry.modality === 'video' ? PICTURES_TOLERANCE_SECONDS : TOLERANCE_SECONDS;
  const referenceStart = entry.referenceStart ?? 0;
  const referenceEnd = referenceStart + entry.speed * (entry.streamEnd - entry.streamStart);
  const away = (what: string, is: number, should: number) =>
    Math.abs(is - should) > tolerance && `${what} off by ${(is - should).toFixed(1)} s`;
  return [
    (late < LATENESS_SECONDS.least || late > LATENESS_SECONDS.most) &&
      `times of the whole channel off by ${late.toFixed(1)} s`,
    away('start', start - late, entry.streamStart),
    away('end', end - late, entry.streamEnd),
    away('start in the reference', detection.reference.start, referenceStart),
    away('end in the reference', detection.reference.end, referenceEnd),
    entry.modality !== 'both' &&
      detection.modality !== entry.modality &&
      `found by ${detection.modality}, though only its ${entry.modality === 'video' ? 'pictures are' : 'sound is'} there`,
    entry.modality === 'video' &&
      detection.mirrored !== entry.mirrored &&
      (entry.mirrored ? 'not recognised as mirrored' : 'taken for mirrored'),
  ].filter((problem) => problem !== false);
}
