import type { DetectionStore } from '../detections/detection-store.js';
import { messageOf } from '../domain/errors.js';
import type { Capture } from '../domain/segment.js';
import { CaptureMonitor, type MonitorServices } from './capture-monitor.js';

export type { MonitorServices } from './capture-monitor.js';
export type { MonitorEvent } from './events.js';

/** Follows many streams at once; one that fails is reported gone, and the others go on. */
export class Monitor {
  constructor(private readonly services: MonitorServices) {}

  get store(): DetectionStore {
    return this.services.store;
  }

  /**
   * Runs until every capture has ended.
   * @param keepOpen asked when a capture ends: whether its detections stay open, to be resumed by a later run
   * @returns the number of streams that failed, or of which not one segment could be captured and decoded
   */
  async run(captures: readonly Capture[], keepOpen: () => boolean): Promise<number> {
    const failures = await Promise.all(captures.map((capture) => this.#follow(capture, keepOpen)));
    return failures.filter(Boolean).length;
  }

  async #follow(capture: Capture, keepOpen: () => boolean): Promise<boolean> {
    const stream = new CaptureMonitor(capture, this.services);
    let failed = false;
    try {
      await stream.run();
    } catch (error) {
      failed = true;
      const time = new Date(this.services.now()).toISOString();
      this.services.emit({ type: 'stream.gone', time, stream: capture.stream, reason: messageOf(error) });
    }
    if (!keepOpen()) stream.close();
    return failed || stream.captured === 0;
  }
}
