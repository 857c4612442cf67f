import { v5 } from 'uuid';
import { type AssetId, type FingerprintId, type ReferenceId, referenceId } from '../domain/ids.js';

/** Of this project's references; never to be changed: ids are derived from it. */
const REFERENCE_NAMESPACE = '5b0d6e8e-3f0b-4f0c-9a6c-6d1e5a0f7c21';

/** UUIDv5 (RFC 9562) of catalogue, asset and the digest of the media, as a JSON array of strings. */
export function referenceIdOf(catalogue: string, asset: AssetId, fingerprint: FingerprintId): ReferenceId {
  return referenceId(v5(JSON.stringify([catalogue, asset, fingerprint]), REFERENCE_NAMESPACE));
}
