import fs from 'node:fs';
import type { FingerprintId } from '../../domain/ids.js';
import { syncDirectory } from '../../storage/durable-files.js';
import type { CatalogueWriter } from './catalogue-writer.js';
import type { Layout } from './layout.js';
import { Segment } from './segment.js';
import { type SegmentSummary, writeSegment } from './segment-content.js';
import { mergedContent } from './segment-merge.js';
import type { FingerprintPlace } from './segment-table.js';

/** A merged segment that is written but not yet part of the index. */
export interface Merged {
  readonly sources: readonly number[];
  /** Null when nothing was left to write. */
  readonly number: number | null;
  readonly summary: SegmentSummary | null;
  readonly kept: readonly FingerprintPlace[];
  readonly dropped: readonly FingerprintId[];
}

/** Writes what is left of some segments as a new one. The index may be used and changed meanwhile. */
export async function writeMerged(
  sources: readonly Segment[],
  number: number,
  layout: Layout,
): Promise<Merged> {
  const opened: Segment[] = [];
  try {
    for (const source of sources) {
      const own = Segment.open(source.file, source.number);
      own.removed = source.removed;
      opened.push(own);
    }
    const content = mergedContent(opened);
    const kept = content.line.places;
    const dropped = opened.flatMap((segment) =>
      segment.fingerprints.flatMap(({ id }, ordinal) => (segment.removed.has(ordinal) ? [id] : [])),
    );
    const merged = { sources: sources.map((source) => source.number), kept, dropped };
    if (kept.length === 0) return { ...merged, number: null, summary: null };
    const summary = await writeSegment(layout.segment(number), content);
    syncDirectory(layout.segments);
    return { ...merged, number, summary };
  } finally {
    for (const segment of opened) segment.close();
  }
}

/**
 * Puts a merged segment in the place of its sources, in one transaction.
 * @returns false, and the merged file is gone, when a fingerprint that was dropped has been registered again
 */
export function commitMerged(merged: Merged, records: CatalogueWriter, layout: Layout): boolean {
  const { sources, number, summary, kept, dropped } = merged;
  if (dropped.some((id) => records.fingerprint(id)?.removed === false)) {
    if (number !== null) fs.rmSync(layout.segment(number), { force: true });
    return false;
  }
  records.transaction(() => {
    if (number !== null && summary) records.addSegment(number, summary.bytes);
    kept.forEach(({ id }, ordinal) => {
      records.moveFingerprint(id, number!, ordinal);
    });
    for (const id of dropped) records.deleteFingerprint(id);
    for (const source of sources) records.deleteSegment(source);
  });
  return true;
}

/** Deletes the files that a committed merge left over; whatever is missed goes when a writer opens next. */
export function deleteMergedFiles({ sources, dropped }: Merged, layout: Layout): void {
  for (const source of sources) fs.rmSync(layout.segment(source), { force: true });
  for (const id of dropped) fs.rmSync(layout.stillsOf(id), { force: true });
}
