import type { Seconds } from '../../fingerprints/units.js';
import type { Segment } from '../domain/segment.js';
import { removeFile } from '../storage/durable-files.js';

export interface KeptSegment {
  readonly path: string;
  readonly owned: boolean;
  readonly start: Seconds;
  readonly end: Seconds;
  /** Stream time − media time, s. */
  readonly shift: Seconds;
  readonly hasPictures: boolean;
}

/** The last segments of one stream, kept for as long as a detection may want a picture of them. */
export class SegmentRing {
  #kept: KeptSegment[] = [];

  add({ path, owned }: Segment, place: Omit<KeptSegment, 'path' | 'owned'>): void {
    this.#kept.push({ path, owned: owned !== false, ...place });
  }

  /** The segment whose pictures show a moment of stream time. */
  at(time: Seconds): KeptSegment | undefined {
    return this.#kept.find((kept) => kept.hasPictures && kept.start <= time && time < kept.end);
  }

  /** Deletes what ended before a moment. */
  async trim(before: Seconds): Promise<void> {
    const old = this.#kept.filter((kept) => kept.end < before);
    this.#kept = this.#kept.filter((kept) => kept.end >= before);
    await Promise.all(old.map((kept) => (kept.owned ? removeFile(kept.path) : undefined)));
  }

  async clear(): Promise<void> {
    await this.trim(Number.POSITIVE_INFINITY);
  }
}

/** Deletes a captured segment, if it is ours to delete. */
export async function discardSegment(segment: Segment): Promise<void> {
  if (segment.owned !== false) await removeFile(segment.path);
}
