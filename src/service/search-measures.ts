import { type Metric, measured } from './prometheus.js';

/** What a service shows of detections that are copied to Elasticsearch to be searched there. */
export function searchMeasures(copied: {
  readonly behind: number;
  readonly asked: Readonly<Record<string, number>>;
}): Metric[] {
  return [
    measured(
      'gauge',
      'streamprint_detections_behind',
      'Detections whose last change is not in Elasticsearch yet',
      () => copied.behind,
    ),
    measured('counter', 'streamprint_detection_searches_total', 'Searches, by who answered them', () =>
      Object.entries(copied.asked).map(([engine, count]) => [{ engine }, count] as const),
    ),
  ];
}
