import type { MonitorEvent } from '../../src/monitor/monitor.js';
import { CommandProcess } from './command-process.js';
import type { Observations } from './observations.js';
import type { System, SystemOptions } from './system.js';

/** `streamprint monitor`: capture, decoding and matching without a bus between them. */
export async function startMonitor(options: SystemOptions): Promise<System> {
  const { data, onAir, profiles, observations } = options;
  const command = new CommandProcess({
    args: ['monitor', await onAir(), '--data', data, '--json', '--segments'],
    profiles,
    onLine: (line) =>
      line.startsWith('{') ? note(observations, JSON.parse(line) as MonitorEvent) : observations.note(line),
  });
  return { processes: { monitor: command.pid }, servers: {}, stop: () => command.stop() };
}

/** Takes down what a line of `monitor --json --segments` says. */
export function note(observations: Observations, event: MonitorEvent): void {
  const at = Date.parse(event.time);
  switch (event.type) {
    case 'stream.segment':
      if (!event.matched) return;
      observations.matched.push({
        channel: event.stream.id,
        sequence: sequenceOf(event.url),
        at,
      });
      return;
    case 'detection.opened':
    case 'detection.extended':
    case 'detection.closed': {
      const { id, stream, assetId, start, end, reference } = event.detection;
      observations.detections.push({
        change: event.type.slice('detection.'.length) as 'opened' | 'extended' | 'closed',
        at,
        id,
        channel: stream.id,
        work: assetId,
        start: Date.parse(start),
        end: Date.parse(end),
        from: reference.start,
      });
      return;
    }
    case 'stream.note':
      if (/ lost: | set aside: /.test(event.message))
        observations.lost(event.message.replace(/^.*?(lost|set aside): /, ''));
      return;
  }
}

/** The simulator names segments by their media sequence number. */
export function sequenceOf(url: string): number {
  return Number(/(\d+)\.ts$/.exec(url)?.[1] ?? Number.NaN);
}
