import { createHash } from 'node:crypto';
import { encodeFingerprint } from '../../fingerprints/encoding.js';
import type { Registration } from '../../src/domain/catalogue.js';
import type { ReferenceIndex } from '../../src/reference-index/reference-index.js';
import { type Bus, openEmbeddedBus, openKafkaBus } from '../../src/transport/index.js';
import { registrationOf, syntheticFingerprint } from '../reference-index/synthetic.js';

/** How a process comes to a bus that another process has; goes on its command line. */
export type BusPlace =
  | { readonly embedded: string; readonly kafka?: never }
  | { readonly kafka: string; readonly prefix: string };

export function openBeside(place: BusPlace): Bus | Promise<Bus> {
  if (place.kafka === undefined)
    return openEmbeddedBus({ directory: place.embedded, beside: true }, { blobs: null });
  return openKafkaBus({ brokers: [place.kafka], prefix: place.prefix }, { blobs: null });
}

/** Title n of a made-up catalogue: 4 s. */
export function work(n: number, asset = `work-${n}`): Registration {
  return registrationOf(syntheticFingerprint(1000 + n, { seconds: 4 }), {
    bytes: `bytes-${n}`,
    asset,
    title: `Title of ${asset}`,
  });
}

/** All that matching knows of a catalogue, to be compared: assets that have references, these, and their fingerprints. */
export async function contentOf(index: ReferenceIndex): Promise<unknown> {
  const references = await index.references({});
  const withReferences = new Set(references.map(({ catalogue, assetId }) => `${catalogue}/${assetId}`));
  const assets = (await index.assets()).filter(({ catalogue, id }) =>
    withReferences.has(`${catalogue}/${id}`),
  );
  const fingerprints: Record<string, string | null> = {};
  for (const { fingerprintId } of references) {
    const fingerprint = await index.readFingerprint(fingerprintId);
    const known = (await index.fingerprint(fingerprintId))?.references.length;
    const digest = fingerprint && createHash('sha256').update(encodeFingerprint(fingerprint)).digest('hex');
    fingerprints[fingerprintId] = `${digest} of ${known}`;
  }
  return { assets, references, fingerprints };
}
