import type { AudioFeatures, PictureFeatures } from '../../../fingerprints/types.js';
import type { Seconds } from '../../../fingerprints/units.js';
import type { ThreadAnswer } from '../../domain/waiting-calls.js';
import type { LiveMatch } from '../matches.js';

/** What was added to a stream since the call before; see StreamMatching. */
export type Addition =
  | { readonly audio: AudioFeatures; readonly shift: Seconds }
  | { readonly pictures: PictureFeatures; readonly shift: Seconds; readonly until: Seconds };

/** To the thread; `hasten` is `advance` in haste. Calls of one stream come one after the other. */
export type MatchingCall =
  | {
      readonly kind: 'advance' | 'hasten' | 'finish';
      readonly id: number;
      /** Number of the stream's matching; a new one begins with its first call. */
      readonly stream: number;
      readonly additions: readonly Addition[];
    }
  | { readonly kind: 'release'; readonly stream: number }
  | { readonly kind: 'close' };

/** How far apart pictures may lie in what is added next, s: when there is time, and in haste. */
export interface Pace {
  readonly calm: Seconds;
  readonly inHaste: Seconds;
}

export interface MatchingResult {
  readonly matches: readonly LiveMatch[];
  readonly matchedUntil: Seconds;
  readonly pictureEvery: Pace;
}

/** From the thread. */
export type MatchingAnswer = ThreadAnswer<MatchingResult>;
