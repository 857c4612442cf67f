import type { Seconds } from '../../fingerprints/units.js';
import { type StreamId, utcMillis } from '../domain/ids.js';
import type { Coverage, CoverageState } from '../domain/ledger.js';

/** A segment of which more than this share could not be decoded is called damaged. */
const DAMAGED_FROM = 0.1;

/** @param start @param end ms UTC */
export function coverageOf(
  streamId: StreamId,
  start: number,
  end: number,
  state: CoverageState,
  reason: string,
): Coverage {
  return {
    streamId,
    time: { start: utcMillis(Math.round(start)), end: utcMillis(Math.round(end)) },
    state,
    reason,
  };
}

/**
 * The line of the ledger for a segment that was had. One that was cut short looks whole by itself: what it announced
 * counts too.
 * @param start @param end ms UTC
 */
export function hadSegment(
  streamId: StreamId,
  start: number,
  end: number,
  missing: { readonly video: Seconds; readonly audio: Seconds },
  announced: Seconds,
): Coverage {
  const length = (end - start) / 1000;
  const expected = Math.max(announced, length);
  const isDamaged = Math.max(missing.video, missing.audio, announced - length) > DAMAGED_FROM * expected;
  return isDamaged
    ? coverageOf(streamId, start, end, 'damaged', 'a part could not be decoded')
    : coverageOf(streamId, start, end, 'captured', '');
}
