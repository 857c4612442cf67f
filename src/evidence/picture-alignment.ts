import { HASH_BITS, ROW_BYTES, ROWS_PER_SECOND, type Seconds } from '../../fingerprints/units.js';
import { bestView, nearestRow, type PastView } from '../past/sight-evidence.js';
import type { PastLine } from '../past/sound-evidence.js';
import type { DetectionStretch } from './stretch.js';

/** The view is chosen by so many pictures. */
const TRIED = 60;

export interface ComparedPicture {
  readonly time: Seconds;
  /** Of the row that is nearest to it, s. */
  readonly referenceTime: Seconds;
  /** Bits of 144. */
  readonly distance: number;
}

export interface ComparedPictures {
  readonly view: PastView;
  readonly pictures: readonly ComparedPicture[];
}

/** Compares what a stream showed with the rows of a reference along a line, in the view that agrees most. */
export function comparePictures(
  stretch: DetectionStretch,
  rows: Uint8Array,
  line: PastLine,
  from: Seconds,
  to: Seconds,
): ComparedPictures | null {
  const pictures = stretch.pictures(from, to);
  if (pictures.length === 0 || rows.length < ROW_BYTES) return null;
  const every = Math.ceil(pictures.length / TRIED);
  const { view } = bestView(
    pictures.filter((_, i) => i % every === 0),
    rows,
    line,
  );
  const compared = pictures.flatMap((picture): ComparedPicture[] => {
    const { row, distance } = nearestRow(picture, rows, line, view);
    if (distance > HASH_BITS) return [];
    return [{ time: picture.time, referenceTime: row / ROWS_PER_SECOND, distance }];
  });
  return { view, pictures: compared };
}
