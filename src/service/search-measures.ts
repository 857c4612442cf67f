import { type Metric, measured } from './prometheus.js';

export interface Copied {
  readonly behind: number;
  readonly asked: Readonly<Record<string, number>>;
}

/**
 * What a service shows of what is copied to Elasticsearch to be searched there.
 * @param thing `detection`
 * @param copied null = no server is configured
 */
export function searchMeasures(thing: string, copied: Copied | null): Metric[] {
  if (!copied) return [];
  return [
    measured(
      'gauge',
      `streamprint_${thing}s_behind`,
      `${thing[0]?.toUpperCase()}${thing.slice(1)}s whose last change is not in Elasticsearch yet`,
      () => copied.behind,
    ),
    measured(
      'counter',
      `streamprint_${thing}_searches_total`,
      `Searches of ${thing}s, by who answered them`,
      () => Object.entries(copied.asked).map(([engine, count]) => [{ engine }, count] as const),
    ),
  ];
}
