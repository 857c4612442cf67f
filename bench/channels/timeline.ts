import { Random } from '../../samples/random.js';
import { type ChannelPlan, type Damage, type Emission, SEGMENT_SECONDS, type Variant } from './types.js';

/** Segments that are in the playlist when the broadcast starts. */
export const BEFORE = 5;
/** Faults come this often on a channel, s on average … */
const FAULT_EVERY = 240;
/** … and none in the first half minute, so that every channel begins well. */
const FIRST_FAULT = 30;
/** A source stands still for so long, s. */
const STALL = [14, 25] as const;
/** Segments that a codec change or a run of damaged packets lasts. */
const HEVC_RUN = [8, 15] as const;
const CORRUPT_RUN = [1, 3] as const;
/** Media time at which a channel begins, s: some run into the end of 33 bits soon. */
const WRAPS_AT = 2 ** 33 / 90_000;

export interface TimelineOptions {
  readonly channels: number;
  /** How long the broadcast lasts, s. */
  readonly seconds: number;
  /** Segments of each reel. */
  readonly reels: readonly number[];
  /** Reels that are there as HEVC too. */
  readonly hevc: readonly number[];
  readonly faults: boolean;
  readonly seed: number;
}

type Fault = 'stall' | 'jump' | 'corrupt' | 'missing' | 'hevc';

/**
 * What each channel sends and when. Each begins at a place of its own in its reel and at a moment of its own within
 * 4 s, so that the segments of all come evenly.
 */
export function planChannels(options: TimelineOptions): ChannelPlan[] {
  return Array.from({ length: options.channels }, (_, n) => {
    const number = String(n + 1).padStart(3, '0');
    return { id: `channel-${number}`, name: `Channel ${number}`, emissions: emissionsOf(n, options) };
  });
}

function emissionsOf(channel: number, options: TimelineOptions): Emission[] {
  const random = new Random(`channel ${options.seed} ${channel}`);
  const reel = channel % options.reels.length;
  const length = options.reels[reel]!;
  const phase = (1000 * SEGMENT_SECONDS * ((channel * 0.618034) % 1)) | 0;
  const faults = faultsOf(random, options, options.hevc.includes(reel));
  // Channels of one reel begin as far apart as can be.
  const lap = Math.floor(channel / options.reels.length);
  let segment = Math.floor(length * ((lap * 0.618034) % 1));
  let mediaStart = startOf(random);
  let at = phase - 1000 * SEGMENT_SECONDS * (BEFORE - 1);
  const emissions: Emission[] = [];
  let run: { variant: Variant; damage: Damage | null; left: number } | null = null;
  let variant: Variant = 'h264';
  while (at <= 1000 * options.seconds) {
    let discontinuity = false;
    if (run === null && faults.length > 0 && at >= faults[0]!.at) {
      const { kind } = faults.shift()!;
      if (kind === 'stall') at += Math.round(1000 * random.range(...STALL));
      if (kind === 'jump') {
        segment = random.int(0, length - 1);
        mediaStart = startOf(random);
        discontinuity = true;
      }
      if (kind === 'hevc') run = { variant: 'hevc', damage: null, left: random.int(...HEVC_RUN) };
      if (kind === 'corrupt' || kind === 'missing')
        run = { variant: 'h264', damage: kind, left: kind === 'missing' ? 1 : random.int(...CORRUPT_RUN) };
    }
    const wanted = run?.variant ?? 'h264';
    discontinuity ||= wanted !== variant;
    variant = wanted;
    emissions.push({
      sequence: emissions.length,
      at,
      reel,
      variant,
      segment,
      mediaStart,
      discontinuity,
      damage: run?.damage ?? null,
    });
    if (run !== null && --run.left === 0) run = null;
    segment = (segment + 1) % length;
    mediaStart = (mediaStart + SEGMENT_SECONDS) % WRAPS_AT;
    at += 1000 * SEGMENT_SECONDS;
  }
  return emissions;
}

function startOf(random: Random): number {
  return random.chance(0.05)
    ? WRAPS_AT - Math.round(random.range(40, 200))
    : Math.round(random.range(10, 80_000));
}

/** ms from the start of the broadcast, rising. */
function faultsOf(
  random: Random,
  { faults, seconds }: TimelineOptions,
  hasHevc: boolean,
): { at: number; kind: Fault }[] {
  if (!faults) return [];
  const kinds: readonly Fault[] = [
    'stall',
    'jump',
    'corrupt',
    'missing',
    ...(hasHevc ? ['hevc' as const] : []),
  ];
  const planned: { at: number; kind: Fault }[] = [];
  for (
    let at = random.range(FIRST_FAULT, FAULT_EVERY);
    at < seconds;
    at += random.range(60, 2 * FAULT_EVERY - 60)
  )
    planned.push({ at: 1000 * at, kind: random.pick(kinds) });
  return planned;
}
