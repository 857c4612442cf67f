import { ReaderThread } from './reader-thread.js';
import type { DrawnTimeline, TimelineWanted } from './timeline-drawn.js';
import type { StreamSenders } from './timeline-reader.js';

/** What takes up to some tenths of a second to read, time lines and which streams were seen, read in a thread of its own. */
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

  /** Ids; see `TimelineReader`. */
  async streamsSentBy(sender: StreamSenders): Promise<ReadonlySet<string>> {
    return new Set(await this.thread.ask<string[]>('streamsSentBy', [sender]));
  }

  /** Ids; see `TimelineReader`. */
  async streamsSeen(since: number, until: number): Promise<ReadonlySet<string>> {
    return new Set(await this.thread.ask<string[]>('streamsSeen', [since, until]));
  }

  close(): Promise<void> {
    return this.thread.close();
  }
}
