import type { Seconds } from '../../fingerprints/units.js';
import type { Decoder } from '../decode/decoder.js';
import type { Still, StillResult, StillTask } from '../protocol.js';
import { StillCollector } from './still-collector.js';

/** A picture further away than this does not show the moment that was asked for. */
const NEAR: Seconds = 5;

/** Takes the pictures shown at some moments. @throws TaskFailure */
export async function takeStills(decoder: Decoder, task: StillTask): Promise<StillResult> {
  const collected = new StillCollector();
  await decoder.decode(
    {
      path: task.path,
      pictures: 'at',
      times: [...task.times].sort((a, b) => a - b),
      audio: 'none',
      stillEvery: 0,
      timesFrom: task.timesFrom ?? 'media',
      limits: task.limits,
    },
    {
      picture: () => undefined,
      audio: () => undefined,
      still: (rgb, width, height, time) => collected.add(rgb, width, height, time),
    },
  );
  const stills = await collected.all();
  return { stills: task.times.map((time) => shownAt(stills, time)) };
}

/** The last picture up to `time`, otherwise the first one after it. */
function shownAt(stills: readonly Still[], time: Seconds): Still | null {
  const shown = stills.findLast((still) => still.time <= time + 0.0015) ?? stills[0];
  return shown && Math.abs(shown.time - time) <= NEAR ? shown : null;
}
