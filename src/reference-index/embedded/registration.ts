import type { RegistrationOutcome } from '../../domain/catalogue.js';
import type { UtcMillis } from '../../domain/ids.js';
import { referenceIdOf } from '../reference-id.js';
import { assetOf, type RegistrationRecord, sameAsset } from '../registration.js';
import type { CatalogueWriter } from './catalogue-writer.js';

/**
 * Enters a registration into the records, whose fingerprint is there: to be called within a transaction.
 * A reference that is there already stays as it is; the asset gets the new metadata.
 */
export function enter(
  registration: RegistrationRecord,
  records: CatalogueWriter,
  now: UtcMillis,
): RegistrationOutcome {
  const { asset: stated, fingerprintId, source, sourceBytes, missing } = registration;
  const before = records.asset(stated.catalogue, stated.id);
  const asset = assetOf(stated, before);
  const changed = !before || !sameAsset(before, asset);
  if (changed) records.putAsset(asset);
  const id = referenceIdOf(asset.catalogue, asset.id, fingerprintId);
  if (records.reference(id)) return changed ? 'updated' : 'unchanged';
  records.restoreFingerprint(fingerprintId);
  records.addReference({
    id,
    catalogue: asset.catalogue,
    assetId: asset.id,
    fingerprintId,
    source,
    sourceBytes,
    registeredAt: registration.registeredAt ?? now,
    missing,
  });
  return 'added';
}
