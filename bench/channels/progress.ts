import type { Observations } from './observations.js';
import { percentile } from './score.js';
import type { ChannelPlan } from './types.js';

const EVERY_MS = 15_000;

export function say(text: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
}

/** Prints every 15 s how a run goes, until it is stopped. */
export function showProgress(
  observations: Observations,
  channels: readonly ChannelPlan[],
  broadcastFrom: number,
): () => void {
  const plans = new Map(channels.map((plan) => [plan.id, plan.emissions]));
  let matchedBefore = 0;
  const timer = setInterval(() => {
    const fresh = observations.matched.slice(matchedBefore);
    matchedBefore = observations.matched.length;
    const behind = percentile(
      fresh.map(
        ({ at, channel, sequence }) => at - broadcastFrom - (plans.get(channel)?.[sequence]?.at ?? 0),
      ),
      0.95,
    );
    const opened = observations.detections.filter(({ change }) => change === 'opened').length;
    const live = new Set(fresh.map(({ channel }) => channel)).size;
    say(
      `${live} of ${channels.length} channels, ${(fresh.length / (EVERY_MS / 1000)).toFixed(1)} segments a second, ` +
        `matched ${behind === null ? '–' : (behind / 1000).toFixed(2)} s after they were published (p95), ${opened} detections`,
    );
  }, EVERY_MS);
  return () => clearInterval(timer);
}
