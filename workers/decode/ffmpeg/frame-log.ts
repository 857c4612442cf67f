import type { Seconds } from '../../../fingerprints/units.js';

export interface LoggedFrame {
  /** As the media states it; null = not stated. */
  readonly stamp: Seconds | null;
  readonly isKey: boolean;
  /** Only of sound. */
  readonly samples: number;
}

/**
 * Reads a line of the filters showinfo and ashowinfo: `[name @ 0x…] n: 0 pts: 0 pts_time:0 … iskey:1 …`.
 * @param name of the filter's instance
 */
export function loggedFrame(name: string, line: string): LoggedFrame | null {
  if (!line.startsWith(`[${name} @`)) return null;
  const time = /\bpts_time:\s*(\S+)/.exec(line);
  if (!time) return null;
  const stamp = Number(time[1]);
  return {
    stamp: Number.isNaN(stamp) ? null : stamp,
    isKey: /\biskey:\s*1\b/.test(line),
    samples: Number(/\bnb_samples:\s*(\d+)/.exec(line)?.[1] ?? 0),
  };
}

/** A line by which a decoder tells of damage. */
export function tellsOfDamage(line: string): boolean {
  return /error while decoding|Error while decoding|Error submitting packet|Invalid data found when proc/.test(
    line,
  );
}
