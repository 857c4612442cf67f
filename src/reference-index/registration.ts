import type { Asset, Registration, StatedAsset } from '../domain/catalogue.js';
import { StreamprintError } from '../domain/errors.js';
import type { AssetId } from '../domain/ids.js';
import { sameIntervals } from '../domain/intervals.js';

/** The longest medium that one fingerprint may come from, s. */
const LONGEST = 96 * 3600;

/** A registration without its fingerprint, which is stored already or about to be. */
export type RegistrationRecord = Omit<Registration, 'fingerprint' | 'stills'>;

/** An asset as it is to be stored: what is excluded stays unless it is stated. */
export function assetOf(stated: StatedAsset, before: Asset | null): Asset {
  return { ...stated, excluded: stated.excluded ?? before?.excluded ?? [] };
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

/** Whether two say the same of one asset. */
export function sameAsset(a: Asset, b: Asset): boolean {
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

export function noAsset(catalogue: string, id: AssetId): StreamprintError {
  return new StreamprintError('SP_NOT_FOUND', `There is no asset ${id} in catalogue ${catalogue}.`);
}
