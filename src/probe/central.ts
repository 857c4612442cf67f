import type { Seconds } from '../../fingerprints/units.js';
import type { Segment } from '../domain/segment.js';
import type { Delivery, Prepared } from './delivery.js';
import type { SegmentContent } from './drafts.js';

/** Sends the media as they are. */
export class CentralDelivery implements Delivery {
  readonly topic = 'streamprint.segments';

  async prepare(
    { path, bytes, owned, duration }: Segment,
    content: SegmentContent,
    keep: (duration: Seconds) => Promise<void>,
  ): Promise<Prepared> {
    await keep(duration);
    const body = { file: path, bytes, owned: owned !== false };
    return { draft: { type: 'segment/1', content }, body, features: null };
  }

  skipped(): void {}
}
