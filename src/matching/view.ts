import type { Box } from '../../fingerprints/picture-box.js';
import { WHOLE } from '../../fingerprints/picture-boxes.js';

/** How a stream shows a reference: in which part of its picture, which region of the reference's, mirrored or not. */
export interface View {
  readonly box: Box;
  /** Region of the reference's pictures, below REGIONS. */
  readonly region: number;
  readonly mirrored: boolean;
}

export const PLAIN: View = { box: WHOLE, region: 0, mirrored: false };
