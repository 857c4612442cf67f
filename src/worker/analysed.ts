import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Segment } from '../domain/segment.js';
import { discardSegment } from '../monitor/segment-ring.js';
import type { Analysed, StreamMonitor } from '../monitor/stream-monitor.js';
import type { SegmentDelivery } from './capture-message.js';
import { segmentOf } from './captured-segment.js';
import { featuresIn } from './features.js';

/**
 * What a segment says: decoded here, or worked out by a probe at the edge, which keeps the media.
 * @param spool folder for the media
 * @param inHaste as for `StreamMonitor.match`
 * @returns media in a file that is the caller's; null = there are none
 * @throws what makes it unworkable, or the reason of its signal; then there is no file
 */
export async function analysed(
  delivery: SegmentDelivery,
  monitor: StreamMonitor,
  spool: string,
  inHaste: boolean,
): Promise<{ readonly result: Analysed; readonly media: Segment | null }> {
  const { body, signal } = delivery;
  if (delivery.type === 'fingerprint/1') {
    const features = featuresIn(delivery.content.features.encoding, await body!.read());
    return { result: { ...features, audioState: null, pictureDue: null }, media: null };
  }
  const media = segmentOf(delivery, path.join(spool, `${randomUUID()}.segment`));
  await body!.saveTo(media.path);
  try {
    const result = await monitor.analyse(media, signal, inHaste);
    signal.throwIfAborted();
    return { result, media };
  } catch (error) {
    await discardSegment(media);
    throw error;
  }
}
