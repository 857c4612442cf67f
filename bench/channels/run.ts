import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { planBroadcast, type Repertoire } from './broadcast.js';
import { matchedOf, Observations } from './observations.js';
import type { Options } from './options.js';
import { say, showProgress } from './progress.js';
import { cloneOf } from './references.js';
import { Sampling } from './sampling.js';
import { type Score, score } from './score.js';
import { type Simulator, startSimulator } from './simulator-process.js';
import type { StartSystem, System } from './system.js';
import { truthOf } from './truth.js';

/** For the last segments to be published, fetched and matched, s. */
const TAIL = 10;
/** Memory is first told after this share of the run, and no later than so many seconds. */
const MEMORY_SHARE = 0.4;
const MEMORY_SECONDS = 180;

/** Where a server was killed, what waits is waited for this long before what was never matched counts as dropped, s. */
const CATCH_UP = 300;
const LOOK_EVERY_MS = 5000;

export interface RunOptions
  extends Pick<Options, 'warmUp' | 'faults' | 'seed' | 'profiles' | 'killElasticsearch'> {
  readonly channels: number;
  readonly minutes: number;
  /** Data directory with the references; it stays as it is. */
  readonly references: string;
  readonly start: StartSystem;
}

export interface Measured {
  readonly score: Score;
  /** Cores kept busy by each group of processes. */
  readonly cores: Readonly<Record<string, number>>;
  readonly rssStartMiB: number;
  readonly rssEndMiB: number;
  readonly losses: Readonly<Record<string, number>>;
  readonly notes: Readonly<Record<string, number>>;
}

/** Broadcasts, has a system watch, and measures. The truth lies beside the system's data while it runs. */
export async function run(repertoire: Repertoire, options: RunOptions): Promise<Measured> {
  const { channels, minutes, warmUp, faults, seed, profiles } = options;
  const catchUp = options.killElasticsearch ? CATCH_UP : 0;
  const seconds = warmUp + 60 * minutes + TAIL + catchUp;
  const broadcast = planBroadcast(repertoire, { channels, seconds: seconds + 60, faults, seed });
  const data = cloneOf(options.references);
  const observations = new Observations();
  let starting: Promise<Simulator> | null = null;
  const air = () => (starting ??= startSimulator(broadcast.order));
  const stopProgress = showProgress(observations, channels);
  let system: System | null = null;
  try {
    const onAir = async () => {
      const { url } = await air();
      say(`${channels} channels on ${url}, for ${Math.round(seconds)} s; truth in ${data}/truth.json`);
      return url;
    };
    system = await options.start({ data, onAir, channels, profiles, observations });
    const simulator = await air();
    const shown = truthOf(broadcast.channels, repertoire.reels, simulator.from);
    fs.writeFileSync(path.join(data, 'truth.json'), JSON.stringify(shown, null, 1));
    const begun = Date.now();
    const sampling = new Sampling(system, simulator.pid);
    const from = begun + 1000 * warmUp;
    const to = from + 60_000 * minutes;
    await until(to);
    sampling.stop();
    const cores = sampling.cores(from, to);
    const scored = async () => {
      const requests = await simulator.requests();
      return score({
        ...{ channels: broadcast.channels, shown, broadcastFrom: simulator.from, from, to, requests },
        ...{ matched: matchedOf(observations, requests), detections: observations.detections },
      });
    };
    while (Date.now() < to + 1000 * catchUp && (await scored()).segments.dropped > 0)
      await pause(LOOK_EVERY_MS);
    const memoryFrom = from + 1000 * Math.min(MEMORY_SECONDS, MEMORY_SHARE * 60 * minutes);
    const stopping = system;
    system = null;
    await stopping.stop();
    return {
      score: await scored(),
      cores,
      rssStartMiB: sampling.rss(memoryFrom),
      rssEndMiB: sampling.rss(to),
      losses: Object.fromEntries(observations.losses),
      notes: Object.fromEntries(observations.notes),
    };
  } finally {
    stopProgress();
    await system?.stop();
    if (starting) await (await air()).close();
    fs.rmSync(data, { recursive: true, force: true });
  }
}

async function until(moment: number): Promise<void> {
  for (let left = moment - Date.now(); left > 0; left = moment - Date.now())
    await pause(Math.min(left, 1000));
}
