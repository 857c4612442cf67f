import type { Passage, SharedContent } from '../../domain/catalogue.js';
import type { FingerprintId } from '../../domain/ids.js';
import type { Interval, Modality } from '../../domain/match.js';
import type { SharedContentFilter } from '../reference-index.js';
import { listedPairs, type SharedPair } from '../shared-content.js';
import {
  assetKey,
  type FingerprintDocument,
  type OverlapDocument,
  type ReferenceDocument,
} from './record-documents.js';
import type { RecordReader } from './record-reader.js';

/** A stretch that two fingerprints have in common, seen from one side. */
interface Side {
  readonly own: FingerprintId;
  readonly other: FingerprintId;
  readonly owns: Interval;
  readonly others: Interval;
  readonly modality: Modality;
  readonly score: number;
}

/** Reads what a filter asks for, puts both sides together and lists it. */
export async function sharedContentIn(
  records: RecordReader,
  filter: SharedContentFilter,
): Promise<SharedContent[]> {
  const asked = await records.referencesBy(filter);
  const ids = [...new Set(asked.map(({ fingerprintId }) => fingerprintId))];
  const isAll = filter.referenceId === undefined && filter.catalogue === undefined;
  const overlaps = [...(await records.overlaps(isAll ? null : ids)).values()];
  const touched = new Set([
    ...ids,
    ...overlaps.flatMap(({ fingerprintId, other }) => [fingerprintId, other]),
  ]);
  const references = isAll ? asked : await records.referencesOf([...touched]);
  const titles = await records.assetsOf(references);
  const fingerprints = await records.fingerprints(ids);
  const byFingerprint = new Map<FingerprintId, ReferenceDocument[]>();
  for (const reference of references) {
    const of = byFingerprint.get(reference.fingerprintId);
    if (of) of.push(reference);
    else byFingerprint.set(reference.fingerprintId, [reference]);
  }
  const sides = [...overlaps.flatMap(eitherSide), ...[...fingerprints.values()].map(sameBytes)];
  const wanted = new Set(asked.map(({ referenceId }) => referenceId));
  const passage = (reference: ReferenceDocument, interval: Interval): Passage => ({
    catalogue: reference.catalogue,
    assetId: reference.assetId,
    title: titles.get(assetKey(reference.catalogue, reference.assetId))?.title ?? reference.assetId,
    referenceId: reference.referenceId,
    interval,
  });
  const pairs: SharedPair[] = [];
  for (const { own, other, owns, others, modality, score } of sides) {
    for (const a of byFingerprint.get(own) ?? []) {
      if (!wanted.has(a.referenceId)) continue;
      for (const b of byFingerprint.get(other) ?? []) {
        // Renditions of one asset share what they are.
        if (a.catalogue === b.catalogue && a.assetId === b.assetId) continue;
        const since = { a: a.registeredAt, b: b.registeredAt };
        pairs.push({ a: passage(a, owns), b: passage(b, others), since, modality, score });
      }
    }
  }
  return listedPairs(pairs, filter);
}

function eitherSide({ fingerprintId, other, own, others, modality, score }: OverlapDocument): Side[] {
  return [
    { own: fingerprintId, other, owns: own, others, modality, score },
    { own: other, other: fingerprintId, owns: others, others: own, modality, score },
  ];
}

function sameBytes({ fingerprintId, duration, hasVideo, audioTracks }: FingerprintDocument): Side {
  const whole = { start: 0, end: duration };
  const modality = !hasVideo ? 'audio' : audioTracks === 0 ? 'video' : 'both';
  return { own: fingerprintId, other: fingerprintId, owns: whole, others: whole, modality, score: 1 };
}
