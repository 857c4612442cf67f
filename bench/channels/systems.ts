import type { Options } from './options.js';
import type { StartSystem } from './system.js';
import { kafkaSystem } from './system-kafka.js';
import { startMonitor } from './system-monitor.js';
import { serveSystem } from './system-serve.js';

export function systemFor(options: Options): StartSystem {
  const { transport, mode, index, killElasticsearch, warmUp, minutes, referenceHours: otherHours } = options;
  if (transport === 'none') return startMonitor;
  const probes = mode === 'edge' ? 'edge' : 'central';
  if (transport === 'embedded') return serveSystem(probes);
  const killAfter = killElasticsearch ? warmUp + 30 * minutes : null;
  return kafkaSystem(probes, index === 'elasticsearch' ? { killAfter, otherHours } : null);
}
