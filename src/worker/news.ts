import type { Coverage } from '../domain/ledger.js';
import { delayOf } from '../domain/live-reference.js';
import type { StreamInfo } from '../domain/match.js';
import type { StreamStep } from '../monitor/stream-step.js';
import type { Bus, Content } from '../transport/index.js';
import { MAX_TITLE, tell, utcInterval } from './known-detections.js';
import type { StreamStateContent } from './stream-states.js';

export type News = StreamStateContent['news'];
/** Segments that a step was about. */
export type Segments = NonNullable<Content<'ledger/1'>['segments']>;

export const NO_NEWS: News = { detections: [], matches: [], ledger: [] };

/**
 * What there is to tell of a step.
 * @param told number of the last message of the stream
 * @param sender of the segment that was worked on; null = there is none, or it is not known
 * @param segments that the step was about; null = none
 */
export function newsOf(
  stream: StreamInfo,
  { changes, coverage, apart }: StreamStep,
  segments: Segments | null,
  told: number,
  now: number,
  sender: News['detections'][number]['sender'] = null,
): News {
  const at = new Date(now).toISOString();
  let number = told;
  const ledger = (line: Coverage, about: Segments | null): News['ledger'][number] => ({
    stream,
    at,
    number: ++number,
    time: utcInterval(line.time),
    state: line.state,
    reason: line.reason.slice(0, 4000),
    segments: about,
  });
  return {
    ledger: [...coverage, ...apart].map((line) => ledger(line, line.state === 'silent' ? null : segments)),
    detections: changes.map(({ type, detection }) => ({
      change: type,
      at,
      number: ++number,
      stream,
      ...tell(detection),
      sender,
    })),
    matches: changes.flatMap(({ by, detection }) => {
      if (by === null) return [];
      const { fingerprintId: _, claimable: __, stream: ___, referenceZero: ____, ...found } = by.match;
      const time = utcInterval(by.time);
      const title = found.title.slice(0, MAX_TITLE);
      const reference = { ...found.reference };
      return [{ stream, at, ...found, title, reference, time, delay: delayOf(detection) }];
    }),
  };
}

/** Number of the last message of a stream, once its news is told. */
export function toldWith(told: number, { ledger, detections }: News): number {
  return Math.max(told, ...ledger.map(({ number }) => number), ...detections.map(({ number }) => number));
}

/** Sends news; resolves when all of it is durable. Throws as `Bus.publish` does; then it is to be sent again. */
export async function publishNews(bus: Bus, { ledger, detections, matches }: News): Promise<void> {
  await Promise.all([
    ...ledger.map((content) => bus.publish('streamprint.detections', { type: 'ledger/1', content })),
    ...detections.map((content) => bus.publish('streamprint.detections', { type: 'detection/1', content })),
    ...matches.map((content) => bus.publish('streamprint.matches', { type: 'match/1', content })),
  ]);
}
