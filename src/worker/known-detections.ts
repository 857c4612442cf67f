import type { KnownDetections } from '../detections/tracker.js';
import { assetId, detectionId, referenceId, utcMillis } from '../domain/ids.js';
import { delayOf } from '../domain/live-reference.js';
import type { Detection, DetectionState, StreamInfo } from '../domain/match.js';
import type { StreamStateContent } from './stream-states.js';

type Told = StreamStateContent['detections'];
type ToldDetection = Told['open'][number];

/** Closed detections of a stream that are handed on, the latest ones. */
const MAX_CLOSED = 200;

/** Of a title, in characters: no message takes more. */
export const MAX_TITLE = 4000;

export function toldDetections({ open, closed, past }: KnownDetections): Told {
  return {
    open: open.map(tell),
    closed: closed.slice(-MAX_CLOSED).map(tell),
    past: past.slice(-MAX_CLOSED).map(tell),
  };
}

export function knownDetections(stream: StreamInfo, { open, closed, past }: Told): KnownDetections {
  const all = (told: readonly ToldDetection[], state: DetectionState) =>
    told.map((detection) => detectionOf(stream, detection, state));
  return { open: all(open, 'open'), closed: all(closed, 'closed'), past: all(past, 'closed') };
}

/** What a message says of a detection, as its fields name it. */
export function tell(detection: Detection): ToldDetection {
  const { state: _, stream: __, time, reference, title, ...rest } = detection;
  return {
    ...rest,
    title: title.slice(0, MAX_TITLE),
    reference: { ...reference },
    box: rest.box && { ...rest.box },
    time: utcInterval(time),
    delay: delayOf(detection),
  };
}

export function detectionOf(stream: StreamInfo, told: ToldDetection, state: DetectionState): Detection {
  return {
    id: detectionId(told.id),
    state,
    stream,
    catalogue: told.catalogue,
    assetId: assetId(told.assetId),
    title: told.title,
    referenceId: referenceId(told.referenceId),
    modality: told.modality,
    time: {
      start: utcMillis(Date.parse(told.time.start)),
      end: utcMillis(Date.parse(told.time.end)),
    },
    reference: told.reference,
    speed: told.speed,
    mirrored: told.mirrored,
    box: told.box,
    score: told.score,
    expectedFalsePerDay: told.expectedFalsePerDay,
  };
}

/** @param interval ms since 1970 */
export function utcInterval({ start, end }: { readonly start: number; readonly end: number }) {
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}
