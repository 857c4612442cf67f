import type { StillSide } from '../detections/detection-store.js';
import type { StillPicture } from '../domain/catalogue.js';
import type { Detection } from '../domain/match.js';
import { type Bus, digestOf } from '../transport/index.js';

/** Sends a picture of a detection. Throws as `Bus.publish` does. */
export async function publishStill(
  bus: Bus,
  { id, stream }: Detection,
  side: StillSide,
  { time, jpeg }: StillPicture,
): Promise<void> {
  const facts = await digestOf(jpeg);
  const content = { stream: { ...stream }, detection: id, side, time, ...facts };
  await bus.publish('streamprint.detections', { type: 'still/1', content }, jpeg);
}
