import { NONE_KNOWN } from '../../src/detections/tracker.js';
import { newRun } from '../../src/monitor/new-run.js';
import type { Content } from '../../src/transport/index.js';
import { toldDetections } from '../../src/worker/known-detections.js';
import { NO_NEWS } from '../../src/worker/news.js';
import { toldRun } from '../../src/worker/run-state.js';
import { RUN } from '../transport/support.js';

type StreamStateContent = Content<'stream-state/1'>;

let revision = 0;

/** What a worker says of a stream that has only begun. @param at ISO 8601 */
export function streamState(
  stream: StreamStateContent['stream'],
  at: string,
  capture: Pick<StreamStateContent['capture'], 'state' | 'reason' | 'probe'>,
  news: StreamStateContent['news'] = NO_NEWS,
): { readonly type: 'stream-state/1'; readonly content: StreamStateContent } {
  return {
    type: 'stream-state/1',
    content: {
      ...{ stream, at, claim: RUN, revision: revision++, told: 0 },
      capture: { ...capture, since: at },
      progress: { segments: null, fingerprints: null },
      run: toldRun(RUN, newRun(null, NONE_KNOWN)),
      detections: toldDetections(NONE_KNOWN),
      news,
    },
  };
}
