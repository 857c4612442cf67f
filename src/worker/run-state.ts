import { NONE_KNOWN } from '../detections/tracker.js';
import { type StreamId, streamId, utcMillis } from '../domain/ids.js';
import type { StreamInfo } from '../domain/match.js';
import type { StreamPosition } from '../domain/stream-position.js';
import { newRun } from '../monitor/new-run.js';
import type { RunState } from '../monitor/stream-monitor.js';
import type { Content } from '../transport/index.js';
import { knownDetections, toldDetections } from './known-detections.js';
import { NO_NEWS } from './news.js';
import type { Said, StreamStateContent } from './stream-states.js';

type ToldClock = StreamStateContent['run']['clock'];
type ToldPosition = NonNullable<ToldClock['position']>;

/** The stream that a message is about. */
export function streamOf({ stream }: Pick<Content<'segment/1'>, 'stream'>): StreamInfo & { id: StreamId } {
  return { ...stream, id: streamId(stream.id) };
}

/** The part of a run's state that its message calls `run`. */
export function toldRun(
  id: string | null,
  { clock, soundApart, placed }: RunState,
): StreamStateContent['run'] {
  const { epoch, utcEpoch, position, earlier, tracks, lost } = clock;
  return {
    id,
    clock: {
      epoch,
      utcEpoch,
      position: toldPosition(position),
      earlier: toldPosition(earlier),
      tracks: tracks.map((track) => ({ ...track })),
      lost,
    },
    soundApart,
    placed: placed.map((one) => ({ ...one })),
  };
}

/** The run that another worker goes on with. */
export function runState(stream: StreamInfo, { run, detections }: StreamStateContent): RunState {
  const { position, earlier, ...clock } = run.clock;
  return {
    clock: { ...clock, position: positionOf(position), earlier: positionOf(earlier) },
    soundApart: run.soundApart,
    placed: run.placed,
    detections: knownDetections(stream, detections),
  };
}

function toldPosition(position: StreamPosition | null): ToldPosition | null {
  if (position === null) return null;
  const { first, last } = position;
  const iso = (at: number) => new Date(at).toISOString();
  return {
    first: { ...first, start: iso(first.start) },
    last: { mediaEnd: last.mediaEnd, end: iso(last.end), capturedAt: iso(last.capturedAt) },
  };
}

function positionOf(told: ToldPosition | null): StreamPosition | null {
  if (told === null) return null;
  const at = (iso: string) => utcMillis(Date.parse(iso));
  const { first, last } = told;
  return {
    first: { ...first, start: at(first.start) },
    last: { mediaEnd: last.mediaEnd, end: at(last.end), capturedAt: at(last.capturedAt) },
  };
}

/** What is said of a stream that nothing is known of. */
export function firstSaid(stream: StreamInfo, probe: string, now: number): Said {
  const at = new Date(now).toISOString();
  const run = newRun(null, NONE_KNOWN);
  return {
    stream: { ...stream },
    at,
    capture: { state: null, since: at, reason: '', probe },
    progress: { segments: null, fingerprints: null },
    // Numbers only grow, also where nothing is known any more of what was told before.
    told: now,
    run: toldRun(null, run),
    detections: toldDetections(run.detections),
    news: NO_NEWS,
  };
}
