import { TaskFailure } from '../failure.js';
import type { Size } from './geometry.js';

/**
 * @param hasSound the sound will be decoded, so that refusing the pictures is not refusing the input
 * @returns null where the size is within the limit; otherwise the sentence that the pictures are refused with
 * @throws TaskFailure SP_INPUT_TOO_LARGE when nothing would be left
 */
export function refusedSize(path: string, size: Size, maxPixels: number, hasSound: boolean): string | null {
  if (size.width * size.height <= maxPixels) return null;
  const sentence = `the pictures of ${size.width} × ${size.height} are larger than the ${maxPixels} pixels that are allowed`;
  if (!hasSound) throw new TaskFailure('SP_INPUT_TOO_LARGE', `${path}: ${sentence}.`);
  return `T${sentence.slice(1)}: they were left out.`;
}
