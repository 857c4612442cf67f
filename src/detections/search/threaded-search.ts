import { ReaderThread } from '../reader-thread.js';
import type { DetectionSearch } from './detection-search.js';

/** Search in the embedded store, in a thread of its own. */
export class ThreadedSearch implements DetectionSearch {
  private constructor(private readonly thread: ReaderThread) {}

  /** The store must be there, of the newest version. */
  static open(dataDirectory: string): ThreadedSearch {
    return new ThreadedSearch(
      new ReaderThread(new URL('./search-thread.js', import.meta.url), dataDirectory, 'search'),
    );
  }

  page: DetectionSearch['page'] = (...given) => this.thread.ask('page', given);
  total: DetectionSearch['total'] = (...given) => this.thread.ask('total', given);
  facets: DetectionSearch['facets'] = (...given) => this.thread.ask('facets', given);
  get: DetectionSearch['get'] = (...given) => this.thread.ask('get', given);

  close(): Promise<void> {
    return this.thread.close();
  }
}
