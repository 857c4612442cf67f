import type { Options } from './options.js';
import { planReels } from './reels.js';
import { type EncodedReel, encodeHevc, encodeReel } from './reels-encode.js';
import type { SimulatorOrder } from './simulator-messages.js';
import { planChannels } from './timeline.js';
import type { ChannelPlan, Reel, Work } from './types.js';
import { generatedWorks, worksOf } from './works.js';

/** Segments of a reel: two minutes, then it begins again. */
const REEL_SEGMENTS = 30;
/** This reel is there as HEVC too. */
const HEVC_REEL = 0;

/** All that can be broadcast, on disk. */
export interface Repertoire {
  readonly works: readonly Work[];
  readonly reels: readonly Reel[];
  readonly h264: readonly EncodedReel[];
  /** Null where channels never change their codec. */
  readonly hevc: EncodedReel | null;
}

/** Works, reels of them, and these encoded; what was made before is found in the folder for temporary files. */
export async function makeRepertoire(
  { media, reels: count, seed, faults }: Pick<Options, 'media' | 'reels' | 'seed' | 'faults'>,
  say: (text: string) => void,
): Promise<Repertoire> {
  say(media === null ? 'works: generated …' : `works from ${media} …`);
  const works = media === null ? await generatedWorks() : await worksOf(media, seed);
  const reels = planReels(works, { reels: count, segments: REEL_SEGMENTS, seed });
  const byId = new Map(works.map((work) => [work.id, work]));
  say(`${reels.length} reels of ${reels[0]!.seconds} s, 1080p25 (encoded once) …`);
  const h264 = await Promise.all(reels.map((reel) => encodeReel(reel, byId)));
  const hevc = faults ? await encodeHevc(h264[HEVC_REEL]!) : null;
  return { works, reels, h264, hevc };
}

export interface Broadcast {
  readonly channels: readonly ChannelPlan[];
  readonly order: SimulatorOrder;
}

/** What so many channels send in so many seconds. */
export function planBroadcast(
  { h264, hevc }: Repertoire,
  options: {
    readonly channels: number;
    readonly seconds: number;
    readonly faults: boolean;
    readonly seed: number;
  },
): Broadcast {
  const channels = planChannels({
    ...options,
    reels: h264.map(({ segments }) => segments.length),
    hevc: hevc === null ? [] : [HEVC_REEL],
  });
  const reels = h264.map((reel, n) => ({
    h264: pathsOf(reel),
    ...(n === HEVC_REEL && hevc !== null && { hevc: pathsOf(hevc) }),
  }));
  return { channels, order: { channels, reels } };
}

const pathsOf = ({ folder, segments }: EncodedReel) => segments.map((name) => `${folder}/${name}`);
