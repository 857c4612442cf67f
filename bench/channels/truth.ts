import { type ChannelPlan, type Item, type Reel, SEGMENT_SECONDS, type Shown } from './types.js';

/** Two pieces of one item that follow each other within this are one, ms. */
const JOINED = 1;

/** What of planted works is broadcast, derived from what each channel sends. @param from of the broadcast, ms since 1970 */
export function truthOf(channels: readonly ChannelPlan[], reels: readonly Reel[], from: number): Shown[] {
  return channels.flatMap((channel) => shownOn(channel, reels, from));
}

function shownOn({ id, emissions }: ChannelPlan, reels: readonly Reel[], from: number): Shown[] {
  const shown: (Shown & { readonly item: Item; readonly lap: number })[] = [];
  let lap = 0;
  let before = -1;
  for (const { at, reel, segment } of emissions) {
    if (segment !== before + 1) lap++;
    before = segment;
    const start = segment * SEGMENT_SECONDS;
    for (const item of reels[reel]!.items) {
      if (item.attack === null || item.end <= start || item.start >= start + SEGMENT_SECONDS) continue;
      const first = Math.max(item.start, start);
      const last = Math.min(item.end, start + SEGMENT_SECONDS);
      const utc = (reelTime: number) => Math.round(from + at - 1000 * (start + SEGMENT_SECONDS - reelTime));
      const known = shown.at(-1);
      if (known?.item === item && known.lap === lap && utc(first) - known.end <= JOINED)
        shown[shown.length - 1] = { ...known, end: utc(last) };
      else
        shown.push({
          channel: id,
          work: item.work,
          attack: item.attack,
          speed: item.speed,
          start: utc(first),
          end: utc(last),
          from: item.from + item.speed * (first - item.start),
          item,
          lap,
        });
    }
  }
  return shown.map(({ item: _, lap: __, ...rest }) => rest);
}
