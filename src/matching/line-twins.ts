import type { Seconds } from '../../fingerprints/units.js';
import type { FollowedLine } from './line.js';
import { SAME_LINE_SOUND, WINDOW } from './settings.js';

/** Lines that turned out to lie at one place are the same: the one with the most evidence stands for them. */
export function withoutTwins(lines: readonly FollowedLine[], to: Seconds): Set<FollowedLine> {
  const kept = new Set<FollowedLine>();
  for (const line of [...lines].sort((a, b) => b.evidence - a.evidence))
    if (![...kept].some((other) => areTwins(line, other, to))) kept.add(line);
  return kept;
}

function areTwins(a: FollowedLine, b: FollowedLine, to: Seconds): boolean {
  if (a.fingerprintId !== b.fingerprintId || a.track === null) return false;
  if (a.track !== b.track || a.pitch !== b.pitch) return false;
  const apart = (at: Seconds) => Math.abs(a.referenceTime(at) - b.referenceTime(at));
  return Math.max(apart(to - WINDOW), apart(to)) < SAME_LINE_SOUND;
}
