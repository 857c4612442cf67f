import type { RecordedStreams } from '../detections/recorded-streams.js';
import type { StreamInfo } from '../domain/match.js';
import type { Entry, Follower, FollowerOptions, Position } from '../transport/index.js';
import { streamOf } from '../worker/index.js';
import { type Frame, type KnownState, type KnownStream, noStates, StreamLine } from './stream-line.js';
import { type FoundStreams, StreamList, type StreamQuery, type StreamsWanted } from './stream-list.js';

type Followed = Pick<Follower, 'caughtUp' | 'close'>;

const LOOK_EVERY_MS = 5_000;

export interface StreamBoardOptions {
  readonly bus: { follow(options: FollowerOptions): Promise<Followed> };
  readonly recorded: Pick<RecordedStreams, 'after'>;
  readonly now: () => number;
  /** Told when the state of a stream changes, and of each that is found at the start. */
  readonly onState: (stream: KnownStream) => void;
  readonly onTrouble: (message: string) => void;
}

/**
 * All streams and how they stand, as workers tell it over the bus, and those that something was written down of
 * before; known from the start, since the bus keeps the last that was said.
 */
export class StreamBoard {
  readonly #lines = new Map<string, StreamLine>();
  readonly #list = new StreamList();
  readonly #followers: Followed[] = [];
  readonly #looking: NodeJS.Timeout;
  /** Number of the last change in the store that is known. */
  #recordedTo = 0;

  private constructor(private readonly options: StreamBoardOptions) {
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** Resolves when all that was said so far is known. @throws SP_BUS_UNAVAILABLE */
  static async start(options: StreamBoardOptions): Promise<StreamBoard> {
    const board = new StreamBoard(options);
    try {
      for (const topic of ['streamprint.streams', 'streamprint.frames'] as const) {
        const follower = await options.bus.follow({
          topic,
          take: (entry) => board.#take(topic, entry),
          onInvalid: (position, error) => board.#invalid(position, error),
        });
        board.#followers.push(follower);
        await follower.caughtUp;
      }
    } catch (error) {
      await board.close();
      throw error;
    }
    return board;
  }

  /** Null = nothing was ever heard of it. */
  get(id: string): KnownStream | null {
    this.#readOn();
    return this.#lines.get(id)?.known(this.options.now()) ?? null;
  }

  /** The last picture of a stream; null = there is none. */
  frame(id: string): Frame | null {
    return this.#lines.get(id)?.frame ?? null;
  }

  search(query: StreamQuery, wanted: StreamsWanted): FoundStreams {
    this.#readOn();
    return this.#list.search(query, wanted, this.options.now());
  }

  /** All streams, in the order of their names. */
  get names(): { readonly id: string; readonly name: string }[] {
    this.#readOn();
    return this.#list.lines.map(({ place: { id, name } }) => ({ id, name }));
  }

  /** How many streams of each probe are in which state. */
  get states(): Map<string, Record<KnownState, number>> {
    const now = this.options.now();
    const counts = new Map<string, Record<KnownState, number>>();
    for (const line of this.#lines.values()) {
      const { probe } = line;
      if (probe === null) continue;
      const of = counts.get(probe) ?? noStates();
      of[line.state(now)]++;
      counts.set(probe, of);
    }
    return counts;
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    await Promise.all(this.#followers.map((follower) => follower.close()));
  }

  /** What was written down of streams since. */
  #readOn(): void {
    for (const { number, stream } of this.options.recorded.after(this.#recordedTo)) {
      this.#change(stream, (line) => line.record(stream));
      this.#recordedTo = number;
    }
  }

  async #take(topic: string, { key, message, body }: Entry): Promise<void> {
    if (message === null) {
      const line = this.#lines.get(key);
      if (!line) return;
      const moved = topic === 'streamprint.frames' ? line.show(null) : line.forget();
      if (moved || !line.isKnown) this.#list.move(line);
      if (!line.isKnown) this.#lines.delete(key);
      return;
    }
    if (message.type === 'frame/1' && body !== null) {
      const jpeg = await body.read();
      this.#change(streamOf(message.content), (line) => line.show(message.content, jpeg));
    } else if (message.type === 'stream-state/1') {
      const { content } = message;
      this.#tell(this.#change(streamOf(content), (line) => line.say(content)));
    }
  }

  /** @param work returns whether the line stands elsewhere now */
  #change(stream: StreamInfo, work: (line: StreamLine) => boolean): StreamLine {
    const known = this.#lines.get(stream.id);
    const line = known ?? new StreamLine(stream);
    if (work(line) || !known) this.#list.move(line);
    this.#lines.set(stream.id, line);
    return line;
  }

  #look(): void {
    for (const line of this.#lines.values()) this.#tell(line);
  }

  #tell(line: StreamLine): void {
    const now = this.options.now();
    const state = line.state(now);
    if (!line.isHeardOf || state === line.told) return;
    line.told = state;
    this.options.onState(line.known(now));
  }

  #invalid({ topic, partition, offset }: Position, error: Error): void {
    this.options.onTrouble(`${topic}/${partition}/${offset} is not understood: ${error.message}`);
  }
}
