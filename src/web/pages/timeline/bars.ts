import type { Bars } from '../../api/types.js';

/** One detection as it is drawn; times ms UTC. */
export interface Bar {
  readonly id: string;
  readonly row: number;
  readonly asset: number;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** Detections row by row, each row by start. */
export interface Chart {
  readonly rows: readonly { readonly id: string; readonly name: string; readonly bars: readonly Bar[] }[];
  readonly assets: Bars['assets'];
  readonly count: number;
}

export function chartOf({ streams, assets, bars }: Bars): Chart {
  const byRow: Bar[][] = streams.map(() => []);
  for (const [row, start, end, asset, score, id] of bars)
    byRow[row]?.push({ id, row, asset, start, end: Math.max(end, start), score });
  for (const row of byRow) row.sort((a, b) => a.start - b.start);
  return {
    rows: streams.map(({ id, name }, index) => ({ id, name, bars: byRow[index]! })),
    assets,
    count: bars.length,
  };
}

/** The first and the last moment of all bars; null without any. */
export function extentOf({ rows }: Chart): { from: number; to: number } | null {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { bars } of rows)
    for (const { start, end } of bars) {
      from = Math.min(from, start);
      to = Math.max(to, end);
    }
  return from <= to ? { from, to } : null;
}

/** Index of the first bar of a row that starts at or after a moment. */
export function firstFrom(bars: readonly Bar[], moment: number): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bars[middle]!.start < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The bar of a row at a moment, the latest begun of several; `slack` = how far beside it still counts, ms. */
export function barAt(bars: readonly Bar[], moment: number, slack: number): Bar | null {
  for (let index = firstFrom(bars, moment + slack) - 1; index >= 0; index--) {
    const bar = bars[index]!;
    if (bar.end + slack >= moment) return bar;
  }
  return null;
}
