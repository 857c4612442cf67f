import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Bus } from '../../../src/transport/bus.js';
import { EmbeddedEngine } from '../../../src/transport/embedded/embedded-engine.js';
import { describeBus } from '../contract.js';

describeBus('embedded', async () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-embedded-bus-'));
  return {
    open: async (blobs) => {
      const engine = EmbeddedEngine.open({ directory });
      return { engine, bus: new Bus(engine, { blobs }) };
    },
    dispose: async () => fs.rmSync(directory, { recursive: true, force: true }),
  };
});
