import type { Options } from './options.js';
import type { StartSystem } from './system.js';
import { startMonitor } from './system-monitor.js';

const SYSTEMS: Readonly<Record<Options['transport'], StartSystem>> = { none: startMonitor };

export const systemFor = ({ transport }: Options): StartSystem => SYSTEMS[transport];
