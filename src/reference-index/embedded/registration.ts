import type { Asset, Registration, RegistrationOutcome } from '../../domain/catalogue.js';
import { StreamprintError } from '../../domain/errors.js';
import type { UtcMillis } from '../../domain/ids.js';
import { sameIntervals } from '../../domain/intervals.js';
import { referenceIdOf } from '../reference-id.js';
import type { CatalogueWriter } from './catalogue-writer.js';

/** The longest medium that one fingerprint may come from, s. */
const LONGEST = 96 * 3600;

/** A registration without its fingerprint, which is stored already or about to be. */
export type RegistrationRecord = Omit<Registration, 'fingerprint' | 'stills'>;

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
  const asset: Asset = { ...stated, excluded: stated.excluded ?? before?.excluded ?? [] };
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

/** Throws SP_INPUT_TOO_LARGE for a medium longer than the index takes; RangeError for what no fingerprint is. */
export function checkRegistration({ fingerprintId, fingerprint, source }: Registration): void {
  if (!/^[0-9a-f]{64}$/.test(fingerprintId)) throw new RangeError('a fingerprint id is a SHA-256 in hex');
  if (!(fingerprint.duration <= LONGEST)) {
    throw new StreamprintError(
      'SP_INPUT_TOO_LARGE',
      `${source} is longer than ${LONGEST / 3600} h: register it in parts.`,
    );
  }
  if (!fingerprint.video && fingerprint.audio.length === 0) {
    throw new RangeError(`the fingerprint of ${source} has neither pictures nor sound`);
  }
}

function sameAsset(a: Asset, b: Asset): boolean {
  return (
    a.title === b.title &&
    a.eidr === b.eidr &&
    a.isan === b.isan &&
    a.isrc === b.isrc &&
    a.rightsHolder === b.rightsHolder &&
    a.validFrom === b.validFrom &&
    a.validTo === b.validTo &&
    a.territories.join() === b.territories.join() &&
    sameIntervals(a.excluded, b.excluded)
  );
}
