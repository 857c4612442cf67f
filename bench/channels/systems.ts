import type { Options } from './options.js';
import type { StartSystem } from './system.js';
import { kafkaSystem } from './system-kafka.js';
import { startMonitor } from './system-monitor.js';
import { startServe } from './system-serve.js';

export function systemFor({ transport, mode }: Pick<Options, 'transport' | 'mode'>): StartSystem {
  if (transport === 'none') return startMonitor;
  return transport === 'embedded' ? startServe : kafkaSystem(mode === 'edge' ? 'edge' : 'central');
}
