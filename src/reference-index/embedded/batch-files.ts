import fs from 'node:fs';
import path from 'node:path';
import type { Registration } from '../../domain/catalogue.js';
import type { FingerprintId } from '../../domain/ids.js';
import { syncDirectory } from '../../storage/durable-files.js';
import type { CatalogueWriter } from './catalogue-writer.js';
import type { Layout } from './layout.js';
import { SegmentBuilder } from './segment-builder.js';
import { writeSegment } from './segment-content.js';
import type { FingerprintPlace } from './segment-table.js';
import { writeStills } from './stills-file.js';

/** The files of new fingerprints: written and synced, but not yet part of the index. */
export interface BatchFiles {
  readonly number: number;
  readonly bytes: number;
  readonly places: readonly FingerprintPlace[];
  readonly stillBytes: ReadonlyMap<FingerprintId, number>;
}

/** Writes the fingerprints as one segment, and their stills beside it. When it throws, no file is left. */
export async function writeBatch(
  registrations: readonly Registration[],
  number: number,
  layout: Layout,
): Promise<BatchFiles> {
  const builder = new SegmentBuilder();
  const stillBytes = new Map<FingerprintId, number>();
  try {
    for (const { fingerprintId, fingerprint, stills } of registrations) {
      builder.add(fingerprintId, fingerprint);
      if (stills.length === 0) continue;
      const file = layout.stillsOf(fingerprintId);
      stillBytes.set(fingerprintId, writeStills(file, stills));
      syncDirectory(path.dirname(file));
    }
    if (stillBytes.size > 0) syncDirectory(layout.stills);
    const { bytes } = await writeSegment(layout.segment(number), builder.content());
    syncDirectory(layout.segments);
    return { number, bytes, places: builder.places, stillBytes };
  } catch (error) {
    deleteBatch({ number, stillBytes }, layout);
    throw error;
  }
}

/** Names the files in the records: to be called within the transaction that acknowledges them. */
export function recordBatch(
  { number, bytes, places, stillBytes }: BatchFiles,
  records: CatalogueWriter,
): void {
  records.addSegment(number, bytes);
  places.forEach((place, ordinal) => {
    records.addFingerprint(place, number, ordinal, stillBytes.get(place.id) ?? 0);
  });
}

export function deleteBatch(
  { number, stillBytes }: Pick<BatchFiles, 'number' | 'stillBytes'>,
  layout: Layout,
): void {
  fs.rmSync(layout.segment(number), { force: true });
  for (const id of stillBytes.keys()) fs.rmSync(layout.stillsOf(id), { force: true });
}
