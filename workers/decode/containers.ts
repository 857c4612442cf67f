import type { Seconds } from '../../fingerprints/units.js';

/** Transport streams and their like have no index: holes are damage there, and steps are other clocks. */
export function hasNoIndex(container: string): boolean {
  return ['mpegts', 'mpeg', 'ogg', 'flv'].includes(container);
}

/**
 * The header can be trusted to speak of this very file. (That of a fragmented MP4, which lists no samples, may
 * speak of a whole programme.)
 * @param listsSamples some track of the header lists its samples
 */
export function announcesDuration(container: string, listsSamples: boolean): boolean {
  if (container.startsWith('mov,')) return listsSamples;
  return container.startsWith('matroska') || ['avi', 'flv', 'asf'].includes(container);
}

/** Time stamps of MPEG systems count 33 bits at 90 kHz (ISO/IEC 13818-1, 2.4.3.7). */
export const MPEG_WRAP: Seconds = 2 ** 33 / 90_000;
