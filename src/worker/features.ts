import { decodeFeatures, FEATURES_ENCODING } from '../../fingerprints/features-encoding.js';
import { FingerprintFormatError } from '../../fingerprints/format-error.js';
import type { SegmentFeatures } from '../../fingerprints/types.js';
import { StreamprintError } from '../domain/errors.js';
import { MessageError } from '../transport/index.js';

/**
 * What a probe at the edge has made of a segment.
 * @throws MessageError for an encoding that is not known here; SP_FINGERPRINT_VERSION, SP_FINGERPRINT_CORRUPT
 */
export function featuresIn(encoding: string, bytes: Uint8Array): SegmentFeatures {
  if (encoding !== FEATURES_ENCODING)
    throw new MessageError('features.encoding', `is "${encoding}" and must be "${FEATURES_ENCODING}"`);
  try {
    return decodeFeatures(bytes);
  } catch (error) {
    if (!(error instanceof FingerprintFormatError)) throw error;
    throw new StreamprintError(error.code, `${error.message}.`, { cause: error });
  }
}
