import path from 'node:path';
import type { StreamInfo } from '../domain/match.js';
import type { CaptureEvent, Segment } from '../domain/segment.js';
import { type Content, type Draft, segmentIdOf } from '../transport/index.js';

type DraftOf<T extends Draft['type']> = Extract<Draft, { type: T }>;
export type SegmentContent = DraftOf<'segment/1'>['content'];
type Source = Content<'segment/1'>['source'];
type Lost = Extract<CaptureEvent, { type: 'lost' }>;
type State = Extract<CaptureEvent, { type: 'state' }>;

/** What all messages about one run of a capture say. */
export interface RunFacts {
  readonly stream: StreamInfo;
  readonly probe: string;
  readonly run: string;
}

const LONGEST_TEXT = 4000;
const LONGEST_URL = 8000;
const CONTAINERS: Readonly<Record<string, string>> = { '.ts': 'mpegts', '.mp4': 'mp4', '.m4s': 'mp4' };

/** Within the bounds of a message. */
export function describedStream({ id, name, url }: StreamInfo): StreamInfo {
  return { id, name: name.slice(0, LONGEST_TEXT), url: url.slice(0, LONGEST_URL) };
}

/** @param sequence within the run, over all its renditions */
export function segmentContent(
  facts: RunFacts,
  segment: Segment,
  sequence: number,
  source: Source,
): SegmentContent {
  const start = iso(segment.firstByteAt);
  const { digest, bytes, carries, duration, discontinuity, programDateTime, last } = segment;
  return {
    ...facts,
    id: segmentIdOf(facts.stream.id, start, digest),
    sequence,
    carries,
    capture: { start, end: iso(Math.max(segment.firstByteAt, segment.lastByteAt ?? segment.firstByteAt)) },
    media: {
      start: null,
      duration,
      discontinuity,
      programDateTime: programDateTime?.slice(0, LONGEST_TEXT) ?? null,
      last,
    },
    container: CONTAINERS[path.extname(segment.path).toLowerCase()] ?? null,
    codecs: { video: null, audio: null },
    sha256: digest,
    bytes,
    source,
  };
}

export function lostDraft(
  facts: RunFacts,
  lost: Pick<Lost, 'at' | 'duration' | 'carries' | 'by' | 'reason'>,
  sequence: number,
): DraftOf<'lost/1'> {
  const { duration, carries, by } = lost;
  const common = { at: iso(lost.at), sequence, count: 1, carries, duration, by };
  return { type: 'lost/1', content: { ...facts, ...common, reason: text(lost.reason) } };
}

export function stateDraft(
  facts: RunFacts,
  { at, state, reason }: Pick<State, 'at' | 'state' | 'reason'>,
): DraftOf<'state/1'> {
  return { type: 'state/1', content: { ...facts, at: iso(at), state, reason: text(reason) } };
}

export function noteDraft(facts: RunFacts, at: number, message: string): DraftOf<'note/1'> {
  return { type: 'note/1', content: { ...facts, at: iso(at), message: text(message) } };
}

const iso = (at: number): string => new Date(at).toISOString();
const text = (words: string): string => words.slice(0, LONGEST_TEXT);
