/** Works on what probes send: from segments and fingerprints on the bus to matches and detections on it. */
export { capturedAt, capturedFrom } from './captured-segment.js';
export { detectionOf } from './known-detections.js';
export type { CaptureDelivery } from './progress.js';
export { streamOf } from './run-state.js';
export { StreamStates } from './stream-states.js';
export { type Outcome, Worker, type WorkerOptions, type WorkerServices } from './worker.js';
