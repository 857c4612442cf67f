import { DetectionStore } from '../src/detections/detection-store.js';
import type { Asset, StillPicture } from '../src/domain/catalogue.js';
import { utcMillis } from '../src/domain/ids.js';
import type { Detection, Interval } from '../src/domain/match.js';
import { openEmbeddedIndex } from '../src/reference-index/embedded/index.js';
import * as words from '../src/report/words.js';
import type {
  ReportChannel,
  ReportData,
  ReportDetection,
  ReportPicture,
} from '../src/report/write-report.js';

/** What the report is about; the rest comes from the data directory. */
export interface ReportRequest {
  readonly data: string;
  readonly title: string;
  readonly catalogue: string;
  readonly remarks: readonly string[];
  readonly now: number;
}

/**
 * All that a data directory knows of the streams that were monitored into it.
 * @throws Error when nothing was ever monitored into it
 */
export async function collectReport(request: ReportRequest): Promise<ReportData> {
  const store = DetectionStore.openReader(request.data);
  if (!store) throw new Error(`nothing was monitored into ${request.data}`);
  const index = await openEmbeddedIndex(request.data);
  try {
    const assets = await index.assets(request.catalogue);
    const channels = store.streams().map((stream): ReportChannel => {
      const detections = store.find({ stream: stream.id });
      return {
        stream,
        coverage: store.coverage(stream.id),
        detections: detections.map((detection) => describe(detection, store, assets)),
      };
    });
    return {
      title: request.title,
      createdAt: utcMillis(request.now),
      period: periodOf(channels, request.now),
      catalogue: { name: request.catalogue, titles: assets.length },
      channels,
      remarks: request.remarks,
    };
  } finally {
    store.close();
    await index.close();
  }
}

function describe(detection: Detection, store: DetectionStore, assets: readonly Asset[]): ReportDetection {
  const reference = store.still(detection.id, 'reference');
  return {
    detection,
    rightsHolder: assets.find(({ id }) => id === detection.assetId)?.rightsHolder ?? null,
    streamPicture: pictureOf(store.still(detection.id, 'stream'), ''),
    referencePicture: pictureOf(reference, reference ? `at ${words.place(reference.time)}` : ''),
  };
}

function pictureOf(still: StillPicture | null, caption: string): ReportPicture {
  return still ? { jpeg: still.jpeg, caption } : { jpeg: null, reason: 'none was kept' };
}

function periodOf(channels: readonly ReportChannel[], now: number): ReportData['period'] {
  const intervals: Interval[] = channels.flatMap(({ coverage, detections }) => [
    ...coverage.map(({ time }) => time),
    ...detections.map(({ detection }) => detection.time),
  ]);
  const starts = intervals.map(({ start }) => start);
  const ends = intervals.map(({ end }) => end);
  return {
    start: utcMillis(Math.min(...starts, now)),
    end: utcMillis(ends.length > 0 ? Math.max(...ends) : now),
  };
}
