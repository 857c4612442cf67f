import type { Asset, Reference, Registration } from '../domain/catalogue.js';
import { assetId, fingerprintId, type ReferenceId, type UtcMillis, utcMillis } from '../domain/ids.js';
import { unionOf } from '../domain/intervals.js';
import type { Interval } from '../domain/match.js';
import { referenceIdOf } from '../reference-index/reference-id.js';
import { type Content, MessageError } from '../transport/index.js';

/** What a message says of a reference, its body aside. */
export type ReferenceFacts = Omit<Content<'reference/1'>, 'sha256' | 'bytes' | 'blob'>;

/** A reference as it is in another index: all but the fingerprint, and stills, which do not go over the bus. */
export type ReferenceCopy = Omit<Registration, 'asset' | 'fingerprint' | 'stills' | 'registeredAt'> & {
  readonly asset: Asset;
  readonly registeredAt: UtcMillis;
};

export function copyOf(reference: Reference, asset: Asset): ReferenceCopy {
  const { fingerprintId: fingerprint, source, sourceBytes, missing, registeredAt } = reference;
  return { asset, fingerprintId: fingerprint, source, sourceBytes, missing, registeredAt };
}

export function idOf({ asset, fingerprintId: fingerprint }: ReferenceCopy): ReferenceId {
  return referenceIdOf(asset.catalogue, asset.id, fingerprint);
}

export function factsOf(copy: ReferenceCopy): ReferenceFacts {
  const { asset, missing } = copy;
  return {
    id: idOf(copy),
    asset: {
      catalogue: asset.catalogue,
      id: asset.id,
      title: asset.title,
      eidr: asset.eidr,
      isan: asset.isan,
      isrc: asset.isrc,
      rightsHolder: asset.rightsHolder,
      territories: [...asset.territories],
      validFrom: asset.validFrom,
      validTo: asset.validTo,
      excluded: asset.excluded.map(({ start, end }) => ({ start, end })),
    },
    fingerprintId: copy.fingerprintId,
    source: copy.source,
    sourceBytes: copy.sourceBytes,
    registeredAt: new Date(copy.registeredAt).toISOString(),
    missing: { video: missing.video, audio: missing.audio },
  };
}

/** @throws MessageError when the reference is not the one that its id says */
export function copyFrom(content: Content<'reference/1'>): ReferenceCopy {
  const { asset, source, sourceBytes, missing } = content;
  const copy: ReferenceCopy = {
    asset: { ...asset, id: assetId(asset.id), excluded: unionOf(asset.excluded.filter(isInterval)) },
    fingerprintId: fingerprintId(content.fingerprintId),
    source,
    sourceBytes,
    missing,
    registeredAt: utcMillis(Date.parse(content.registeredAt)),
  };
  const expected = idOf(copy);
  if (content.id === expected) return copy;
  throw new MessageError('id', `is ${content.id} and must be ${expected} for this asset and fingerprint`);
}

const isInterval = ({ start, end }: Interval) => start < end;
