import type { Carried, Stream, StreamState } from '../../api/types.js';
import type { LiveEvent } from '../../lib/live.js';

interface ToldDetection {
  readonly id: string;
  readonly catalogue: string;
  readonly assetId: string;
  readonly score: number;
  readonly title: string;
  readonly start: string;
  readonly stream: { readonly id: string };
}

/**
 * What the streams are after an event. `known` is false where the event is about a stream that is not there yet:
 * all of them are to be asked for again.
 */
export function afterEvent(
  streams: readonly Stream[],
  event: LiveEvent,
): { readonly streams: readonly Stream[]; readonly known: boolean; readonly changed: string | null } {
  const id = streamIdOf(event);
  if (id === null) return { streams, known: true, changed: null };
  const index = streams.findIndex((stream) => stream.id === id);
  if (index < 0) return { streams, known: false, changed: null };
  const before = streams[index]!;
  const after = changeOf(before, event);
  if (after === before) return { streams, known: true, changed: null };
  return { streams: streams.with(index, after), known: true, changed: id };
}

function streamIdOf({ type, body }: LiveEvent): string | null {
  if (/^detection\./.test(type)) return (body.detection as ToldDetection | undefined)?.stream.id ?? null;
  if (/^stream\./.test(type)) return (body.stream as { id?: string } | undefined)?.id ?? null;
  return null;
}

function changeOf(stream: Stream, { type, time, body }: LiveEvent): Stream {
  switch (type) {
    case 'detection.opened':
    case 'detection.extended':
      return withCarried(stream, body.detection as ToldDetection);
    case 'detection.closed':
      return without(stream, (body.detection as ToldDetection).id);
    case 'stream.live':
    case 'stream.stalled':
    case 'stream.gone':
      return withState(stream, type.slice('stream.'.length) as StreamState, time);
    case 'stream.state':
      return withState(stream, body.state as StreamState, String(body.since ?? time));
    case 'stream.segment':
      return { ...stream, lastSegmentAt: time, hasFrame: true };
    default:
      return stream;
  }
}

function withCarried(stream: Stream, detection: ToldDetection): Stream {
  if (stream.carries.some(({ detectionId }) => detectionId === detection.id))
    return { ...stream, lastSegmentAt: new Date().toISOString() };
  const carried: Carried = {
    detectionId: detection.id,
    assetId: detection.assetId,
    catalogue: detection.catalogue,
    title: detection.title,
    score: detection.score,
    since: detection.start,
  };
  return { ...stream, carries: [...stream.carries, carried] };
}

function without(stream: Stream, detectionId: string): Stream {
  const carries = stream.carries.filter((carried) => carried.detectionId !== detectionId);
  return carries.length === stream.carries.length ? stream : { ...stream, carries };
}

const withState = (stream: Stream, state: StreamState, since: string): Stream =>
  stream.state === state ? stream : { ...stream, state, since };
