import fs from 'node:fs';
import { diskError, isUncertain } from '../../storage/disk-errors.js';
import { Serial } from '../../storage/serial.js';
import type { CatalogueWriter } from './catalogue-writer.js';
import type { Layout } from './layout.js';
import { dueMerge, fullMerge, type SegmentSize } from './merge-policy.js';
import { commitMerged, deleteMergedFiles, type Merged, writeMerged } from './merger.js';
import type { Segment } from './segment.js';
import type { SegmentSet } from './segment-set.js';
import { roomOf } from './time-line.js';

/** What merging works on: it belongs to the writer. */
export interface MaintenanceContext {
  readonly layout: Layout;
  readonly records: CatalogueWriter;
  /** The queue of changes; a merge is committed as one of them. */
  readonly changes: Serial;
  readonly segments: SegmentSet;
  takeNumber(): number;
  /** Shows what was committed to look-ups. */
  reload(): void;
}

type Policy = (segments: readonly SegmentSize[]) => number[] | null;

/** Merges segments, one merge at a time, while look-ups and changes go on. */
export class Maintenance {
  /** What the last merge in the background failed with, if it did. */
  trouble: unknown = null;
  private readonly merges = new Serial();
  private waiting = false;

  constructor(private readonly context: MaintenanceContext) {}

  /** Begins the merges that are due, in the background. A failure is kept in `trouble`. */
  start(): void {
    if (this.waiting || !dueMerge(this.sizes())) return;
    this.waiting = true;
    const merging = this.merges.run(async () => {
      this.waiting = false;
      await this.mergeAll(dueMerge);
      this.trouble = null;
    });
    merging.catch((error: unknown) => {
      this.trouble = error;
    });
  }

  /** Merges all there is into as few segments as can be. Throws SP_DISK_FULL. */
  async compact(): Promise<void> {
    await this.merges.run(() => this.mergeAll(fullMerge));
  }

  /** Resolves when the merges that were begun have ended. */
  async idle(): Promise<void> {
    await this.merges.idle();
  }

  private async mergeAll(policy: Policy): Promise<void> {
    for (;;) {
      const numbers = policy(this.sizes());
      if (!numbers) return;
      try {
        await this.merge(numbers.map((number) => this.context.segments.get(number)!));
      } catch (error) {
        throw diskError(this.context.layout.root, error);
      }
    }
  }

  private async merge(sources: readonly Segment[]): Promise<void> {
    const { layout, changes, takeNumber } = this.context;
    const merged = await writeMerged(sources, takeNumber(), layout);
    await changes.run(async () => this.commit(merged));
  }

  private commit(merged: Merged): void {
    const { layout, records, reload } = this.context;
    try {
      if (!commitMerged(merged, records, layout)) return;
    } catch (error) {
      if (merged.number !== null && !isUncertain(error))
        fs.rmSync(layout.segment(merged.number), { force: true });
      throw error;
    }
    reload();
    deleteMergedFiles(merged, layout);
  }

  private sizes(): SegmentSize[] {
    return this.context.segments.segments.map(({ number, fingerprints, removed }) => ({
      number,
      seconds: fingerprints.reduce((sum, place) => sum + roomOf(place), 0),
      removedSeconds: fingerprints.reduce((sum, place, i) => sum + (removed.has(i) ? roomOf(place) : 0), 0),
    }));
  }
}
