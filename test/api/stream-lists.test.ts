import { vi } from 'vitest';
import { streamsContract } from './streams-contract.js';

/** A busy machine needs its time. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

streamsContract('embedded', () => ({}));
