import type { Interval } from '../domain/match.js';
import type { ReportChannel } from './report-data.js';

/** Seconds of a channel by what is known of them. */
export interface Captured {
  /** Had and looked at, damaged parts included. */
  readonly captured: number;
  /** Announced and not had, or the source gave nothing. */
  readonly missing: number;
}

export function capturedOf(channel: ReportChannel): Captured {
  let captured = 0;
  let missing = 0;
  for (const { time, state } of channel.coverage) {
    if (state === 'lost' || state === 'silent') missing += seconds(time);
    else captured += seconds(time);
  }
  return { captured, missing };
}

const seconds = ({ start, end }: Interval) => (end - start) / 1000;
