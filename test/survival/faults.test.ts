import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { describeWith } from '../engines/available.js';
import { kafka } from '../engines/kafka.js';
import { FaultBench, type Scene } from './fault-bench.js';
import { probeFaults } from './probe-faults.js';
import { workerFaults } from './worker-faults.js';

await describeWith(kafka, 'segments, workers and probes when things break', () => {
  let bench: FaultBench;
  let scene: Scene;

  beforeAll(async () => {
    bench = await FaultBench.start();
  }, 240_000);
  afterAll(() => bench?.dispose());
  beforeEach(async () => {
    scene = await bench.begin();
  });
  afterEach(() => scene.end());

  workerFaults(() => scene);
  probeFaults(() => scene);
});
