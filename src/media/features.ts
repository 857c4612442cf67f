import type { SegmentFeatures } from '../../fingerprints/types.js';
import type { SegmentResult } from '../../workers/protocol.js';

/** What a segment says, without what only concerns its media. */
export function featuresOf({ start, end, audio, pictures, report }: SegmentResult): SegmentFeatures {
  return { start, end, missing: report.missing, audio, pictures };
}
