import { ReaderThread } from './reader-thread.js';
import type { DrawnTimeline, TimelineWanted } from './timeline-drawn.js';

/** Time lines, each of which takes a tenth of a second, drawn in a thread of their own. */
export class ThreadedTimelines {
  private constructor(private readonly thread: ReaderThread) {}

  /** Of a store that is there, of the newest version. */
  static open(dataDirectory: string): ThreadedTimelines {
    return new ThreadedTimelines(
      new ReaderThread(new URL('./timeline-thread.js', import.meta.url), dataDirectory, 'time line'),
    );
  }

  draw(wanted: TimelineWanted): Promise<DrawnTimeline> {
    return this.thread.ask('draw', [wanted]);
  }

  close(): Promise<void> {
    return this.thread.close();
  }
}
