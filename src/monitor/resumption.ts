import type { Seconds } from '../../fingerprints/units.js';
import { type UtcMillis, utcMillis } from '../domain/ids.js';
import type { Segment } from '../domain/segment.js';
import type { StreamPosition } from '../domain/stream-position.js';

/** Time stamps that have moved on as the clock has, within this, are those of the same broadcast, s. */
const SAME_BROADCAST: Seconds = 30;
/** What an address gives this much later counts as another broadcast, s. A file stays what it is. */
const MAX_BREAK: Seconds = 600;

/**
 * UTC at which the first segment of a run starts, if it goes on with what an earlier run left: its time stamps
 * carry on, or the source is read from its start again. Null when it is a stream of its own.
 * @param start @param end media time of the segment's first and last moment, s
 */
export function resumedStart(
  { first, last }: StreamPosition,
  segment: Pick<Segment, 'uri' | 'digest' | 'firstByteAt'>,
  start: Seconds,
  end: Seconds,
): UtcMillis | null {
  const isFile = segment.uri.startsWith('file:');
  const passed = (segment.firstByteAt - last.capturedAt) / 1000;
  if (passed > MAX_BREAK && !isFile) return null;
  if (Math.abs(end - last.mediaEnd - passed) <= SAME_BROADCAST)
    return utcMillis(Math.round(last.end + 1000 * (start - last.mediaEnd)));
  const isSame = segment.digest === first.digest && segment.uri === first.uri;
  return isSame ? first.start : null;
}
