import type { MediaPool } from '../media/media-pool.js';
import type { Bus } from '../transport/index.js';
import { type CaptureDelivery, capturedAt, type Outcome } from '../worker/index.js';
import { Counter, Histogram, type Metric, measured } from './prometheus.js';

/** s */
const LAGS = [0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 30, 60, 300, 3600];

/** What a worker counts. */
export class WorkerMeasures {
  readonly #segments = new Counter(
    'streamprint_segments_total',
    'Segments by what became of them: matched, lost (reported by a probe), dead_lettered, again (delivered anew)',
  );
  readonly #lag = new Histogram(
    'streamprint_lag_seconds',
    "From the capture of a segment's last byte to its match being stored",
    LAGS,
  );
  readonly #inHaste = new Counter(
    'streamprint_segments_in_haste_total',
    'Segments looked at less closely where a stream had begun or a match had ended, because other streams waited',
  );
  readonly #states = new Map<string, string>();

  constructor(private readonly now: () => number) {}

  done(delivery: CaptureDelivery, outcome: Outcome, inHaste: boolean): void {
    switch (delivery.type) {
      case 'segment/1':
      case 'fingerprint/1':
        this.#segments.add({ outcome: NAMES[outcome] });
        if (inHaste && outcome === 'worked') this.#inHaste.add();
        if (outcome === 'worked') this.#lag.observe(Math.max(0, this.now() - capturedAt(delivery)) / 1000);
        return;
      case 'lost/1':
        if (outcome === 'worked') this.#segments.add({ outcome: 'lost' }, delivery.content.count);
        return;
      case 'state/1':
        this.#states.set(delivery.content.stream.id, delivery.content.state);
        return;
      case 'note/1':
    }
  }

  get metrics(): Metric[] {
    return [
      this.#segments,
      this.#inHaste,
      this.#lag,
      measured('gauge', 'streamprint_streams', 'Streams by state', () => {
        const counts = new Map<string, number>(['live', 'stalled', 'gone'].map((state) => [state, 0]));
        for (const state of this.#states.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
        return [...counts].map(([state, count]) => [{ state }, count] as const);
      }),
    ];
  }
}

const NAMES: Readonly<Record<Outcome, string>> = {
  worked: 'matched',
  again: 'again',
  'set-aside': 'dead_lettered',
};

/** What a bus, a media pool and this process show. */
export function processMeasures(bus: Bus, pool: MediaPool): Metric[] {
  const gauge = (name: string, help: string, value: () => number) =>
    measured('gauge', `streamprint_${name}`, help, value);
  const counter = (name: string, help: string, value: () => number) =>
    measured('counter', `streamprint_${name}`, help, value);
  return [
    gauge('bus_up', 'Whether the bus works', () => (bus.stats.health.state === 'up' ? 1 : 0)),
    gauge('bus_messages_waiting', 'Fetched and not begun', () => bus.stats.waiting),
    gauge(
      'bus_streams_waiting',
      'Streams whose turn has not come, because as many as may be are worked on',
      () => bus.stats.keys,
    ),
    gauge('bus_oldest_waiting_seconds', 'Age of the oldest message that was fetched and not begun', () =>
      bus.stats.oldestAt === null ? 0 : Math.max(0, Date.now() - bus.stats.oldestAt) / 1000,
    ),
    gauge('bus_messages_running', 'Being worked on', () => bus.stats.running),
    gauge('bus_bytes_held', 'Of messages that were fetched and are not done', () => bus.stats.bytes),
    gauge('bus_bytes_to_send', 'That wait to be stored', () => bus.stats.health.waiting.bytes),
    counter('bus_published_total', 'Messages', () => bus.stats.published),
    counter('bus_published_bytes_total', 'Bytes', () => bus.stats.publishedBytes),
    counter('bus_dead_letters_total', 'Messages', () => bus.stats.deadLettered),
    counter(
      'bus_restarts_total',
      'Clients that had failed and were started anew',
      () => bus.stats.health.restarts,
    ),
    gauge('pool_tasks_queued', 'Decoding tasks that wait', () => pool.metrics.queued),
    gauge('pool_tasks_running', 'Decoding tasks that run', () => pool.metrics.running),
    counter('pool_restarts_total', 'Decoding processes that died', () => pool.metrics.restarts),
    counter('pool_set_aside_total', 'Tasks that killed theirs twice', () => pool.metrics.setAside),
    measured('gauge', 'process_resident_memory_bytes', 'Of this process', () => process.memoryUsage.rss()),
    measured('counter', 'process_cpu_seconds_total', 'Of this process', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    }),
    measured('gauge', 'nodejs_heap_size_used_bytes', 'Of this process', () => process.memoryUsage().heapUsed),
  ];
}
