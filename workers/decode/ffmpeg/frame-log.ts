import type { Seconds } from '../../../fingerprints/units.js';

export interface LoggedFrame {
  /** As the media states it; null = not stated. */
  readonly stamp: Seconds | null;
  readonly isKey: boolean;
  /** Only of sound. */
  readonly samples: number;
}

/**
 * Reads the lines of one showinfo or ashowinfo filter: `[name @ 0x…] n: 0 pts: 0 pts_time:0 … iskey:1 …`. The
 * time is taken from the count of time base units, since `pts_time` has six digits in all.
 */
export class FrameLog {
  readonly #prefix: string;
  /** Seconds of a time base unit, as stated before the first picture; of sound, each line states its rate. */
  #unit: Seconds = 1;

  /** @param name of the filter's instance */
  constructor(name: string) {
    this.#prefix = `[${name} @`;
  }

  read(line: string): LoggedFrame | null {
    if (!line.startsWith(this.#prefix)) return null;
    const unit = /config in time_base: (\d+)\/(\d+)/.exec(line);
    if (unit) this.#unit = Number(unit[1]) / Number(unit[2]);
    const count = /\bpts:\s*(\S+)/.exec(line);
    if (!count) return null;
    const rate = /\brate:\s*(\d+)/.exec(line);
    const stamp = Number(count[1]) * (rate ? 1 / Number(rate[1]) : this.#unit);
    return {
      stamp: Number.isNaN(stamp) ? null : stamp,
      isKey: /\biskey:\s*1\b/.test(line),
      samples: Number(/\bnb_samples:\s*(\d+)/.exec(line)?.[1] ?? 0),
    };
  }
}

/** A line by which a decoder tells of damage. */
export function tellsOfDamage(line: string): boolean {
  return /error while decoding|Error while decoding|Error submitting packet|Invalid data found when proc/.test(
    line,
  );
}
