import { assetId, detectionId, referenceId, streamId, utcMillis } from '../../src/domain/ids.js';
import type { Detection } from '../../src/domain/match.js';

let made = 0;

/** A detection as a worker would tell it, all its own but for what is given. */
export function detection(given: Partial<Detection> = {}): Detection {
  const number = ++made;
  const hex = number.toString(16).padStart(12, '0');
  return {
    id: detectionId(`00000000-0000-4000-8000-${hex}`),
    state: 'open',
    stream: { id: streamId('one'), name: 'One', url: 'http://one.example/live.m3u8' },
    catalogue: 'default',
    assetId: assetId('alpha'),
    title: 'Alpha',
    referenceId: referenceId(`11111111-0000-4000-8000-${hex}`),
    modality: 'both',
    time: { start: utcMillis(1_700_000_000_000), end: utcMillis(1_700_000_030_000) },
    reference: { start: 0, end: 30 },
    speed: 1,
    mirrored: false,
    box: null,
    score: 0.8,
    expectedFalsePerDay: 0.001,
    ...given,
  };
}
