import type { Bars } from '../../api/types.js';
import type { LiveEvent } from '../../lib/live.js';

interface Told {
  readonly id: string;
  readonly assetId: string;
  readonly title: string;
  readonly catalogue: string;
  readonly start: string;
  readonly end: string;
  readonly score: number;
  readonly stream: { readonly id: string; readonly name: string };
}

/** What there is to draw after an event; the same object where it changes nothing. */
export function withEvent(
  data: Bars,
  { type, body }: LiveEvent,
  only: { stream?: string; asset?: string },
): Bars {
  if (!/^detection\.(opened|extended|closed)$/.test(type)) return data;
  const told = body.detection as Told;
  if (only.stream && told.stream.id !== only.stream) return data;
  if (only.asset && told.assetId !== only.asset) return data;
  const streams = [...data.streams];
  let row = streams.findIndex(({ id }) => id === told.stream.id);
  if (row < 0) row = streams.push({ id: told.stream.id, name: told.stream.name }) - 1;
  const assets = [...data.assets];
  let asset = assets.findIndex(({ id, catalogue }) => id === told.assetId && catalogue === told.catalogue);
  if (asset < 0) asset = assets.push({ id: told.assetId, title: told.title, catalogue: told.catalogue }) - 1;
  const bar = [
    row,
    Date.parse(told.start),
    Date.parse(told.end),
    asset,
    told.score,
    told.id,
    type === 'detection.closed' ? 0 : 1,
  ] as const;
  const known = data.bars.findIndex((bar) => bar[5] === told.id);
  const bars = known < 0 ? [...data.bars, bar] : data.bars.with(known, bar);
  return { ...data, streams, assets, bars };
}
