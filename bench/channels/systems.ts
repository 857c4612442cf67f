import type { Options } from './options.js';
import type { StartSystem } from './system.js';
import { kafkaSystem } from './system-kafka.js';
import { startMonitor } from './system-monitor.js';
import { startServe } from './system-serve.js';

export function systemFor(options: Options): StartSystem {
  const { transport, mode, index, killElasticsearch, warmUp, minutes } = options;
  if (transport === 'none') return startMonitor;
  if (transport === 'embedded') return startServe;
  const killAfter = killElasticsearch ? warmUp + 30 * minutes : null;
  return kafkaSystem(mode === 'edge' ? 'edge' : 'central', index === 'elasticsearch' ? { killAfter } : null);
}
