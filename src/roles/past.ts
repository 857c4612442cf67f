import type { Config } from '../config.js';
import type { DetectionStore } from '../detections/detection-store.js';
import type { DetectionChange } from '../detections/tracker.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../matching/score.js';
import { PastAsker } from '../past/past-asker.js';
import { PastReader } from '../past/past-reader.js';
import { PastWriter } from '../past/past-writer.js';
import { RematchRecords } from '../past/rematch-records.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';

/** Where what streams carry is kept, as configured; null = nowhere. @throws SP_DISK_FULL */
export function openPast({ pastDays }: Config, data: string): PastWriter | null {
  return pastDays === 0 ? null : PastWriter.open(data, { days: pastDays, now: () => Date.now() });
}

export interface AskingOptions {
  readonly data: string;
  readonly index: ReferenceIndex;
  readonly store: DetectionStore;
  /** Told what was found, when it is stored. */
  readonly onChange: (change: DetectionChange) => void;
  readonly onTrouble: (message: string) => void;
}

export interface PastAsking {
  close(): Promise<void>;
}

/** Asks the past by itself for what is registered from now on, and for what was not asked yet. @throws SP_DATA_VERSION */
export function startAsking({ data, index, store, onChange, onTrouble }: AskingOptions): PastAsking {
  const records = RematchRecords.open(data);
  const asker = new PastAsker({
    past: new PastReader(data),
    index,
    detections: store,
    records,
    maxFalsePerDay: DEFAULT_MAX_FALSE_PER_DAY,
    now: () => Date.now(),
    onFound: ({ detections, outcome }) => {
      for (const detection of detections) {
        if (outcome === 'new') onChange({ type: 'opened', detection });
        onChange({ type: 'closed', detection });
      }
    },
    onTrouble,
  });
  asker.start();
  return {
    close: async () => {
      await asker.close();
      records.close();
    },
  };
}
