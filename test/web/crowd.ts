import { DetectionStore } from '../../src/detections/detection-store.js';
import { assetId, streamId, utcMillis } from '../../src/domain/ids.js';
import type { Modality } from '../../src/domain/match.js';
import { detection } from '../support/detection.js';

/** Names that try to be more than text. */
export const HOSTILE = [
  '<img src=x onerror="document.title=\'owned\'"> & <script>document.title="owned"</script>',
  '\u202e\u2067right to left, and never back \u05d3\u05d5\u05d2\u05de\u05d4',
  'M'.repeat(10_000),
  '\u{1f3ac}\u{1f468}\u200d\u{1f469}\u200d\u{1f467} emoji \u0e01\u0e49\u0e49\u0e49\u0e49\u0e49\u0e49\u0e49\u0e49 zalgo',
];

const TITLES = ['The Signal Keeper', 'Harbour Lights', 'Market Hall Stories', ...HOSTILE];
const MODALITIES: readonly Modality[] = ['both', 'video', 'audio'];
const HOUR = 3_600_000;

/** Writes detections on streams into a data directory, over the last two weeks, some with hostile names. */
export function writeCrowd(data: string, streams: number, detections: number): void {
  const store = DetectionStore.openWriter(data);
  const now = Date.now();
  const each = Math.ceil(detections / streams);
  try {
    for (let row = 0; row < streams; row++) {
      const name = HOSTILE[row] ?? `Channel ${row}`;
      const stream = {
        id: streamId(`s${row}`),
        name,
        url: `http://pirate${row % 9}.example/live/${row}.m3u8`,
      };
      store.saveStream(stream);
      const many = Array.from({ length: each }, (_, at) => {
        const number = row * each + at;
        const start = now - HOUR - ((number * 7919) % detections) * ((14 * 24 * HOUR) / detections);
        const title = TITLES[number % TITLES.length]!;
        return detection({
          stream,
          state: 'closed',
          assetId: assetId(`a${number % TITLES.length}`),
          title,
          modality: MODALITIES[number % MODALITIES.length]!,
          time: { start: utcMillis(start), end: utcMillis(start + 60_000 * (5 + (number % 40))) },
          mirrored: number % 5 === 0,
          speed: number % 4 === 0 ? 1.04 : 1,
          score: 0.15 + (number % 80) / 100,
        });
      });
      store.save(stream.id, { detections: many });
    }
  } finally {
    store.close();
  }
}
