import type { Config } from '../config.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../matching/score.js';
import { MatchingThread } from '../matching/thread/matching-thread.js';

const PROGRAM = new URL('./matching-program.js', import.meta.url);

/** What the thread that matches reads. */
export interface MatchingSource {
  readonly config: Config;
  readonly directory: string;
  /** The directory is the index that this process keeps equal to the catalogue on the bus. */
  readonly isFollowed: boolean;
  readonly maxFalsePerDay: number;
}

/** Matching in a thread of its own. @param catalogue as `openWorkersCatalogue` gives it */
export function startMatching(
  config: Config,
  catalogue: { readonly directory: string; readonly follower: object | null },
  onTrouble: (message: string) => void,
): MatchingThread {
  const { directory, follower } = catalogue;
  const isFollowed = follower !== null;
  const source: MatchingSource = {
    ...{ config, directory, isFollowed },
    maxFalsePerDay: DEFAULT_MAX_FALSE_PER_DAY,
  };
  return new MatchingThread(PROGRAM, source, onTrouble);
}
