import { vi } from 'vitest';
import { describeReferenceIndex } from '../contract.js';
import { withEachServer } from './each-server.js';

/** Each test makes indices and syncs every change: a busy machine needs its time. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

await withEachServer((kind, server) => describeReferenceIndex(kind.name, () => server().index()));
