import type { Seconds } from '../../fingerprints/units.js';
import type { Segment } from '../domain/segment.js';
import type { Draft, Topic } from '../transport/index.js';
import type { SegmentContent } from './drafts.js';
import type { Body } from './outbox/entry.js';

export interface Features {
  readonly bytes: number;
  /** Of media that they stand for. */
  readonly seconds: Seconds;
  /** Of fewer pictures than are wanted, because other segments waited to be decoded. */
  readonly inHaste: boolean;
}

/** What is sent of a segment. */
export interface Prepared {
  readonly draft: Draft;
  readonly body: Body;
  /** Of the features that are sent in place of the media; null = the media are sent. */
  readonly features: Features | null;
}

/** How a probe delivers what it captures: the media themselves, or what they say. One for each run of a stream. */
export interface Delivery {
  readonly topic: Topic;
  /**
   * Turns a segment into what is sent. The file of the segment is taken over, unless it is somebody else's.
   * @param keep to be called while the file is there, with how long the segment lasts, s; 0 = not known
   * @throws StreamprintError when nothing can be sent of it; the file is gone then
   */
  prepare(
    segment: Segment,
    content: SegmentContent,
    keep: (duration: Seconds) => Promise<void>,
  ): Promise<Prepared>;
  /** A segment was lost: what comes next does not continue what was before. */
  skipped(carries: Segment['carries']): void;
}
