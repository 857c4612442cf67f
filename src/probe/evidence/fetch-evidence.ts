import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Body, Bus, Content } from '../../transport/index.js';

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
  readonly take: (evidence: Content<'evidence/1'>, body: Body) => Promise<void>;
}

/**
 * Asks for the media of a stretch of a stream, and takes what comes.
 * @returns what the probe says at the end; null = nobody answered to the end within the patience
 */
export async function fetchEvidence(
  bus: Pick<Bus, 'publish' | 'follow'>,
  wanted: EvidenceWanted,
  { patience, now = Date.now, take }: FetchOptions,
): Promise<Content<'evidence-end/1'> | null> {
  const id = randomUUID();
  let end: Content<'evidence-end/1'> | null = null;
  let heardAt = performance.now();
  const seen = new Set<string>();
  const follower = await bus.follow({
    topic: 'streamprint.evidence',
    take: async ({ message, body }) => {
      if (message?.type === 'evidence/1' && message.content.request === id && !seen.has(message.content.id)) {
        seen.add(message.content.id);
        await take(message.content, body!);
        heardAt = performance.now();
      } else if (message?.type === 'evidence-end/1' && message.content.request === id) end = message.content;
    },
    onInvalid: () => undefined,
  });
  try {
    const at = new Date(now()).toISOString();
    await bus.publish('streamprint.evidence-requests', {
      type: 'evidence-request/1',
      content: { id, at, ...wanted },
    });
    heardAt = performance.now();
    while (end === null && performance.now() - heardAt < patience) await pause(50);
    return end;
  } finally {
    await follower.close();
  }
}
