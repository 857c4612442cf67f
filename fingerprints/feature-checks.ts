import { FingerprintFormatError } from './format-error.js';

/** Whether times are numbers, none before the one before it. */
export function areAscending(times: Float64Array): boolean {
  return times.every((time, i) => Number.isFinite(time) && (i === 0 || time >= times[i - 1]!));
}

export function corruptFeatures(reason: string): FingerprintFormatError {
  const message = `The features of the segment are damaged: ${reason}`;
  return new FingerprintFormatError('SP_FINGERPRINT_CORRUPT', message);
}
