/** What the table needs of a detection: the JSON of `monitor --json` has more. */
export interface ShownDetection {
  readonly id: string;
  readonly stream: { readonly id: string };
  readonly title: string;
  readonly modality: string;
  readonly mirrored: boolean;
  readonly start: string;
  readonly end: string;
  readonly score: number;
}

export interface ShownChannel {
  readonly id: string;
  readonly name: string;
}

interface Row {
  readonly channel: ShownChannel;
  state: string;
  /** By id, in the order in which they opened. */
  readonly detections: Map<string, { detection: ShownDetection; open: boolean }>;
}

/** What runs where at this moment, and what ran before: one row a channel. Pure: text out, no terminal. */
export class ChannelTable {
  readonly #rows: ReadonlyMap<string, Row>;

  constructor(channels: readonly ShownChannel[]) {
    this.#rows = new Map(
      channels.map((channel) => [channel.id, { channel, state: '', detections: new Map() }]),
    );
  }

  /** Opened, extended or closed. */
  take(detection: ShownDetection, open: boolean): void {
    this.#rows.get(detection.stream.id)?.detections.set(detection.id, { detection, open });
  }

  /** `live`, `stalled`, `gone`, `ended`. */
  setState(channelId: string, state: string): void {
    const row = this.#rows.get(channelId);
    if (row) row.state = state;
  }

  /** Lines of at most `width` characters. */
  lines(width: number): string[] {
    const cells = [...this.#rows.values()].map((row) => [
      row.channel.name,
      row.state,
      nowOn(row),
      [...row.detections.values()].filter(({ open }) => !open).length.toString(),
      before(row),
    ]);
    const header = ['CHANNEL', 'STATE', 'RECOGNISED NOW', 'OVER', 'BEFORE THAT'];
    const widths = header.map((name, column) =>
      Math.max(name.length, ...cells.map((row) => row[column]!.length)),
    );
    // The third column keeps its width while titles come and go, so that the table stands still.
    widths[2] = Math.max(widths[2]!, NOW_WIDTH);
    const lay = (row: readonly string[]) =>
      clip(row.map((cell, column) => cell.padEnd(widths[column]!)).join('  '), width);
    return [lay(header), lay(widths.map((columns) => '─'.repeat(columns))), ...cells.map(lay)];
  }
}

const NOW_WIDTH = 46;

function nowOn(row: Row): string {
  const running = [...row.detections.values()].findLast(({ open }) => open)?.detection;
  if (!running) return '–';
  const how = `${running.modality}${running.mirrored ? ', mirrored' : ''}`;
  return `${running.title} ${lengthOf(running)} s (${how}, score ${running.score.toFixed(2)})`;
}

function before(row: Row): string {
  return [...row.detections.values()]
    .filter(({ open }) => !open)
    .map(({ detection }) => `${detection.title} ${lengthOf(detection)} s`)
    .join(', ');
}

const lengthOf = ({ start, end }: ShownDetection) => Math.round((Date.parse(end) - Date.parse(start)) / 1000);

function clip(line: string, width: number): string {
  return line.length <= width ? line.trimEnd() : `${line.slice(0, Math.max(0, width - 1))}…`;
}
