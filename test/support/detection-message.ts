import type { Detection } from '../../src/domain/match.js';
import type { Sender } from '../../src/domain/source-facts.js';
import type { Bus } from '../../src/transport/index.js';

/** Tells the service of a detection as a worker would. @param number of the message, ascending for each stream */
export async function tellDetection(
  bus: Bus,
  change: 'opened' | 'extended' | 'closed',
  { state: _, time, ...detection }: Detection,
  number: number,
  sender: Sender | null = null,
): Promise<void> {
  const iso = (at: number) => new Date(at).toISOString();
  await bus.publish('streamprint.detections', {
    type: 'detection/1',
    content: {
      ...detection,
      change,
      number,
      at: new Date().toISOString(),
      reference: { ...detection.reference },
      time: { start: iso(time.start), end: iso(time.end) },
      delay: null,
      sender,
    },
  });
}
