import type { Seconds } from '../../fingerprints/units.js';
import { type UtcMillis, utcMillis } from './ids.js';
import type { Interval } from './match.js';

const SOURCE = /^live:(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z) /;
/** No medium is as long: seconds beyond count from 1970. */
const LONGEST: Seconds = 1e8;

/** The source of a part of a live reference. @param start UTC of its first moment @param address where it was captured */
export function liveSource(start: UtcMillis, address: string): string {
  return `live:${new Date(start).toISOString()} ${address}`;
}

/** When the first moment of a reference was, if it is a part of a live reference; else null. */
export function liveStartOf(source: string): UtcMillis | null {
  const start = SOURCE.exec(source)?.[1];
  return start === undefined ? null : utcMillis(Date.parse(start));
}

/** Whether reference times count from 1970, as those of live references do. */
export function isLive({ reference }: { readonly reference: Interval }): boolean {
  return reference.start > LONGEST;
}

/**
 * By how much a stream is behind a live reference, s; negative where it is ahead. Null for other references.
 * @param time of the stream, ms UTC
 */
export function delayOf(found: { readonly time: Interval; readonly reference: Interval }): Seconds | null {
  return isLive(found) ? Math.round(found.time.start - 1000 * found.reference.start) / 1000 : null;
}
