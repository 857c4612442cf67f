import fs from 'node:fs/promises';
import type { Seconds } from '../../fingerprints/units.js';
import type { UtcMillis } from '../domain/ids.js';

/** Segments that lie further apart than this are not of one part. */
const JOINT: Seconds = 0.5;

/** A captured segment with its place. */
export interface PlacedSegment {
  readonly path: string;
  /** Stream time, s. */
  readonly start: Seconds;
  readonly end: Seconds;
  /** UTC of its first moment. */
  readonly at: UtcMillis;
  /** The time stamps start anew here. */
  readonly discontinuity: boolean;
}

/** Some segments in a row. */
export interface Part {
  readonly segments: readonly PlacedSegment[];
  readonly at: UtcMillis;
  readonly seconds: Seconds;
}

/**
 * Puts segments in a row together to parts. Each begins with the last segment of the one before, so that what
 * straddles a border lies in one of them; one that is not joined to it begins anew.
 */
export class PartCollector {
  #segments: PlacedSegment[] = [];
  /** The first segment is part of the part before, too. */
  #overlaps = false;

  /** @param length of a part, at least */
  constructor(private readonly length: Seconds) {}

  /** @returns parts that are whole now */
  add(segment: PlacedSegment): Part[] {
    const last = this.#segments.at(-1);
    const isJoined = last && !segment.discontinuity && Math.abs(segment.start - last.end) <= JOINT;
    const parts = last && !isJoined ? this.finish() : [];
    this.#segments.push(segment);
    const own = this.#segments[this.#overlaps ? 1 : 0];
    if (own && segment.end - own.start >= this.length) {
      parts.push(partOf(this.#segments));
      this.#segments = [segment];
      this.#overlaps = true;
    }
    return parts;
  }

  /** Nothing follows: what is left that is in no part. */
  finish(): Part[] {
    const isNews = this.#segments.length > (this.#overlaps ? 1 : 0);
    const parts = isNews ? [partOf(this.#segments)] : [];
    this.#segments = [];
    this.#overlaps = false;
    return parts;
  }

  /** Segments that are still needed. */
  get held(): readonly PlacedSegment[] {
    return this.#segments;
  }
}

/** Writes the media of a part as one file. */
export async function writePart({ segments }: Part, file: string): Promise<void> {
  await fs.rm(file, { force: true });
  for (const { path } of segments) await fs.appendFile(file, await fs.readFile(path));
}

function partOf(segments: readonly PlacedSegment[]): Part {
  const first = segments[0]!;
  return { segments: [...segments], at: first.at, seconds: segments.at(-1)!.end - first.start };
}
