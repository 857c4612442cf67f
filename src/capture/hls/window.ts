import type { MediaPlaylist, MediaSegment } from './playlist-types.js';

/** Sequence numbers that jump by more than this are another numbering, not segments that were missed. */
const MAX_MISSED = 1_000;
/** Segments whose names are remembered, to tell an old copy of a playlist from a restarted one. */
const MAX_RECENT = 2_000;

/** What is to be done after a playlist was loaded. */
export interface Step {
  /** Segments that were announced and left the playlist before they could be fetched. */
  readonly missed: number;
  /** To be fetched, in order. */
  readonly segments: readonly MediaSegment[];
  /** The first of them does not continue what was before. */
  readonly restarted: boolean;
}

const NOTHING: Step = { missed: 0, segments: [], restarted: false };

/** Where a reader stands in a media playlist that moves on; decides what each new version of it brings. */
export class PlaylistCursor {
  private next: number | null = null;
  private readonly recent = new Set<string>();
  private behind = { end: 0, advances: 0 };

  /**
   * A recording is read from its start, a live playlist from its newest segment. A playlist that goes backwards
   * is an old copy from another server of the same name if we know its newest segment; otherwise its numbering
   * has started anew.
   */
  plan({ segments, firstSequence, ended }: MediaPlaylist): Step {
    const newest = segments.at(-1);
    if (newest === undefined) return NOTHING;
    if (this.next === null) return { ...NOTHING, segments: ended ? segments : [newest] };
    const end = newest.sequence + 1;
    const missed = Math.max(0, firstSequence - this.next);
    if (end > this.next && missed <= MAX_MISSED) {
      const next = this.next;
      this.next = Math.max(next, firstSequence);
      return { missed, segments: segments.filter(({ sequence }) => sequence >= next), restarted: false };
    }
    if (end > this.next || !this.recent.has(identity(newest))) return this.restart(segments);
    return end < this.next && this.movesOnBehind(end) ? this.restart([newest]) : NOTHING;
  }

  /** A segment was fetched, or given up: the next one is due. */
  advance(segment: MediaSegment): void {
    this.next = segment.sequence + 1;
    this.behind = { end: 0, advances: 0 };
    this.recent.add(identity(segment));
    if (this.recent.size > MAX_RECENT) {
      const [oldest] = this.recent;
      if (oldest !== undefined) this.recent.delete(oldest);
    }
  }

  /** What follows the last segment that we know; all, if we know none. */
  private restart(segments: readonly MediaSegment[]): Step {
    const lastKnown = segments.findLastIndex((segment) => this.recent.has(identity(segment)));
    return lastKnown === segments.length - 1
      ? { missed: 0, segments: segments.slice(-1), restarted: true }
      : { missed: 0, segments: segments.slice(lastKnown + 1), restarted: lastKnown < 0 };
  }

  /** Old copies stand still; a playlist that grows while behind us is a new one that uses old names again. */
  private movesOnBehind(end: number): boolean {
    const advances = this.behind.advances + (this.behind.end > 0 && end > this.behind.end ? 1 : 0);
    this.behind = { end, advances };
    return advances >= 2;
  }
}

function identity({ uri, range }: MediaSegment): string {
  return range === null ? uri : `${uri}#${range.offset}`;
}
