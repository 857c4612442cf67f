import { randomUUID } from 'node:crypto';
import type { Bus, Content, Delivery } from '../../transport/index.js';

export interface EvidenceWanted {
  readonly stream: Content<'evidence-request/1'>['stream'];
  /** That it is for; null = none. */
  readonly detection: string | null;
  readonly time: Content<'evidence-request/1'>['time'];
}

export interface FetchOptions {
  /** ms; when no more comes for so long, that is all. */
  readonly patience: number;
  readonly now?: () => number;
  /** Takes a segment; its body is to be read or saved within. */
  readonly take: (evidence: Extract<Delivery, { type: 'evidence/1' }>) => Promise<void>;
}

/**
 * Asks for the media of a stretch of a stream, and takes what comes.
 * @returns what the probe says at the end; null = nobody answered to the end within the patience
 */
export async function fetchEvidence(
  bus: Pick<Bus, 'publish' | 'consume'>,
  wanted: EvidenceWanted,
  { patience, now = Date.now, take }: FetchOptions,
): Promise<Content<'evidence-end/1'> | null> {
  const id = randomUUID();
  let end: Content<'evidence-end/1'> | null = null;
  let heardAt = performance.now();
  const seen = new Set<string>();
  const consumer = await bus.consume({
    // A group of its own: others have their own requests.
    group: `evidence-${id}`,
    topics: ['streamprint.evidence'],
    handle: async (delivery) => {
      if (
        delivery.type === 'evidence/1' &&
        delivery.content.request === id &&
        !seen.has(delivery.content.id)
      ) {
        seen.add(delivery.content.id);
        await take(delivery);
        heardAt = performance.now();
      } else if (delivery.type === 'evidence-end/1' && delivery.content.request === id)
        end = delivery.content;
    },
  });
  try {
    const at = new Date(now()).toISOString();
    await bus.publish('streamprint.evidence-requests', {
      type: 'evidence-request/1',
      content: { id, at, ...wanted },
    });
    heardAt = performance.now();
    while (end === null && performance.now() - heardAt < patience)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return end;
  } finally {
    await consumer.close();
  }
}
