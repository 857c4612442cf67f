import { byName } from '../domain/order.js';
import {
  type Bar,
  type BarFilter,
  type Bars,
  type StreamSenders,
  TimelineReader,
} from './timeline-reader.js';

export interface NamedStream {
  readonly id: string;
  readonly name: string;
}

export interface TimelineWanted extends BarFilter {
  /** Streams that are shown even where nothing was found on them. */
  readonly beside: readonly NamedStream[];
}

/** A time line as it is answered. */
export interface DrawnTimeline extends Pick<Bars, 'assets'> {
  /** By name and id. */
  readonly streams: readonly NamedStream[];
  /** A list of `Bar` as JSON: tens of thousands of them cross threads, and go out, as they are. */
  readonly bars: string;
  /** Whether there are more bars than were wanted. */
  readonly more: boolean;
}

/** Time lines, put together where nobody waits: see `timeline-thread.ts`. */
export class DrawnTimelines {
  private constructor(private readonly reader: TimelineReader) {}

  /** Of a store that is there. */
  static open(dataDirectory: string): DrawnTimelines {
    return new DrawnTimelines(TimelineReader.open(dataDirectory));
  }

  draw({ beside, limit, ...filter }: TimelineWanted): DrawnTimeline {
    const found = this.reader.bars({ ...filter, limit: limit + 1 });
    const carrying = new Set(found.streams.map(({ id }) => id));
    const others = beside.filter(({ id }) => !carrying.has(id));
    const streams = [...found.streams, ...others].sort(byName);
    const places = new Map(streams.map(({ id }, place) => [id, place]));
    const placeOf = found.streams.map(({ id }) => places.get(id) ?? -1);
    const bars = found.bars.slice(0, limit).map(([stream, ...rest]): Bar => [placeOf[stream] ?? -1, ...rest]);
    return { streams, assets: found.assets, bars: JSON.stringify(bars), more: found.bars.length > limit };
  }

  /** See `TimelineReader`. */
  streamsSentBy(sender: StreamSenders): string[] {
    return this.reader.streamsSentBy(sender);
  }

  /** See `TimelineReader`. */
  streamsSeen(since: number, until: number): string[] {
    return this.reader.streamsSeen(since, until);
  }

  close(): void {
    this.reader.close();
  }
}
