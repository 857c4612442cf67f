import { titleOf } from './catalogue.js';
import { CHANNELS, type Channel, channelSeconds, type Item } from './channels.js';

/** `detected` = must be found; `nothing` = nothing of the catalogue runs there. */
export type Expectation = 'detected' | 'nothing';

/** What really ran on a channel for some seconds. */
export interface TruthEntry {
  /** null = nothing of the catalogue. */
  readonly assetId: string | null;
  readonly title: string;
  /** Seconds from the start of the channel. */
  readonly streamStart: number;
  readonly streamEnd: number;
  /** Second of the reference that is shown at streamStart; null without a reference. */
  readonly referenceStart: number | null;
  readonly speed: number;
  /** What of the reference is there. */
  readonly modality: 'video' | 'audio' | 'both';
  readonly mirrored: boolean;
  /** What was done to it, in words. */
  readonly transformation: string;
  readonly expected: Expectation;
}

export interface ChannelTruth {
  readonly id: string;
  readonly name: string;
  readonly seconds: number;
  readonly programme: readonly TruthEntry[];
}

export interface Truth {
  readonly version: number;
  readonly catalogue: string;
  readonly channels: readonly ChannelTruth[];
}

export function truthOf(version: number, catalogue: string): Truth {
  return { version, catalogue, channels: CHANNELS.map(channelTruth) };
}

function channelTruth(channel: Channel): ChannelTruth {
  let start = 0;
  const programme = channel.items.map((item) => {
    const entry = entryOf(channel, item, start);
    start += item.length;
    return entry;
  });
  return { id: channel.id, name: channel.name, seconds: channelSeconds(channel), programme };
}

function entryOf(channel: Channel, item: Item, start: number): TruthEntry {
  const seen = titleOf(item.picture[0]);
  const heard = titleOf(item.sound[0]);
  const title = seen ?? heard;
  const place = seen ? item.picture : item.sound;
  return {
    assetId: title?.id ?? null,
    title: title?.title ?? item.picture[0],
    streamStart: start,
    streamEnd: start + item.length,
    referenceStart: title ? place[1] : null,
    speed: item.speed,
    modality: seen && heard ? 'both' : heard ? 'audio' : 'video',
    mirrored: item.mirrored,
    transformation: transformationOf(channel, item),
    expected: title === null ? 'nothing' : 'detected',
  };
}

function transformationOf(channel: Channel, item: Item): string {
  const { logo, ticker, clock } = channel.overlays;
  const differs = item.picture[0] !== item.sound[0];
  return [
    're-encoded',
    logo !== null && 'logo',
    ticker !== null && 'ticker',
    clock && 'clock',
    item.crop > 0 && `cropped ${Math.round(100 * item.crop)} %`,
    item.mirrored && 'mirrored',
    item.speed !== 1 && `speed ${item.speed > 1 ? '+' : ''}${Math.round(100 * (item.speed - 1))} %`,
    differs && titleOf(item.picture[0]) && 'other sound',
    differs && titleOf(item.sound[0]) && 'other pictures',
  ]
    .filter(Boolean)
    .join(', ');
}
