import { hostOfUrl } from '../domain/host.js';
import type { StreamInfo, StreamState } from '../domain/match.js';
import type { Bus, Content, Entry, Follower, Position } from '../transport/index.js';
import { streamOf } from '../worker/index.js';

type StreamStateContent = Content<'stream-state/1'>;

/** Nothing was said for so long of a stream in that state: whether it is still so nobody knows, ms. */
const SILENT_MS: Readonly<Record<StreamState, number>> = {
  live: 90_000,
  stalled: 600_000,
  gone: Number.POSITIVE_INFINITY,
};
const LOOK_EVERY_MS = 5_000;

/** A detection that is open on a stream. */
export interface Carried {
  readonly detectionId: string;
  readonly catalogue: string;
  readonly assetId: string;
  readonly title: string;
  /** ms since 1970 */
  readonly since: number;
  readonly score: number;
}

/** What is known of a stream now. Times are ms since 1970 (UTC); null = not known. */
export interface KnownStream {
  readonly stream: StreamInfo;
  readonly host: string | null;
  readonly probe: string | null;
  /** `unknown`: nothing was heard of it lately, or ever. */
  readonly state: StreamState | 'unknown';
  readonly since: number | null;
  /** Why it is in that state, in one sentence. */
  readonly reason: string;
  readonly lastSegmentAt: number | null;
  /** Of the media, bit/s. */
  readonly bitRate: number | null;
  /** What went wrong last. */
  readonly lastError: { readonly at: number; readonly message: string } | null;
  readonly carries: readonly Carried[];
  /** When the picture was captured that `frame` gives; null = there is none. */
  readonly frameAt: number | null;
}

export interface Frame {
  readonly jpeg: Uint8Array;
  /** SHA-256, in hex. */
  readonly digest: string;
  readonly at: number;
}

interface Line {
  said: StreamStateContent | null;
  error: KnownStream['lastError'];
  frame: { readonly content: Content<'frame/1'>; readonly jpeg: Uint8Array } | null;
  /** The state that was told last. */
  told: KnownStream['state'] | null;
}

export interface StreamBoardOptions {
  readonly bus: Bus;
  readonly now: () => number;
  /** Told when the state of a stream changes, and of each that is found at the start. */
  readonly onState: (stream: KnownStream) => void;
  readonly onTrouble: (message: string) => void;
}

/** How all streams stand, as workers tell it over the bus; known from the start, since the bus keeps the last that was said. */
export class StreamBoard {
  readonly #lines = new Map<string, Line>();
  readonly #followers: Follower[] = [];
  readonly #looking: NodeJS.Timeout;

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

  /** In the order of their names. */
  get all(): KnownStream[] {
    return [...this.#lines.keys()]
      .flatMap((id) => this.get(id) ?? [])
      .sort((a, b) => compare(a.stream.name, b.stream.name) || compare(a.stream.id, b.stream.id));
  }

  /** Null = nothing was ever heard of it. */
  get(id: string): KnownStream | null {
    const line = this.#lines.get(id);
    if (!line) return null;
    const about = line.said ?? line.frame?.content;
    return about ? this.#known(streamOf(about), line) : null;
  }

  /** The last picture of a stream; null = there is none. */
  frame(id: string): Frame | null {
    const frame = this.#lines.get(id)?.frame;
    if (!frame || frame.jpeg.length === 0) return null;
    return { jpeg: frame.jpeg, digest: frame.content.sha256, at: Date.parse(frame.content.at) };
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    await Promise.all(this.#followers.map((follower) => follower.close()));
  }

  #known(stream: StreamInfo, { said, error, frame }: Line): KnownStream {
    const lastSegmentAt = said?.run.clock.position?.last.capturedAt;
    const { state, since } = this.#stateOf(said);
    return {
      stream,
      host: hostOfUrl(stream.url),
      probe: said?.capture.probe ?? frame?.content.probe ?? null,
      state,
      since,
      reason: said?.capture.reason ?? '',
      lastSegmentAt: lastSegmentAt ? Date.parse(lastSegmentAt) : null,
      bitRate: frame?.content.bitRate ?? null,
      lastError: error,
      carries: (said?.detections.open ?? []).map((open) => ({
        detectionId: open.id,
        catalogue: open.catalogue,
        assetId: open.assetId,
        title: open.title,
        since: Date.parse(open.time.start),
        score: open.score,
      })),
      frameAt: frame && frame.jpeg.length > 0 ? Date.parse(frame.content.at) : null,
    };
  }

  #stateOf(said: StreamStateContent | null): Pick<KnownStream, 'state' | 'since'> {
    if (said === null || said.capture.state === null) return { state: 'unknown', since: null };
    const saidAt = Date.parse(said.at);
    if (saidAt < this.options.now() - SILENT_MS[said.capture.state])
      return { state: 'unknown', since: saidAt };
    return { state: said.capture.state, since: Date.parse(said.capture.since) };
  }

  async #take(topic: string, { key, message, body }: Entry): Promise<void> {
    if (message === null) {
      const line = this.#lines.get(key);
      if (!line) return;
      if (topic === 'streamprint.frames') line.frame = null;
      else this.#lines.delete(key);
      return;
    }
    if (message.type === 'frame/1' && body !== null) {
      this.#line(message.content.stream.id).frame = { content: message.content, jpeg: await body.read() };
    } else if (message.type === 'stream-state/1') {
      const { content } = message;
      const line = this.#line(content.stream.id);
      line.error = errorOf(content) ?? line.error;
      line.said = content;
      this.#tell(content.stream.id, line);
    }
  }

  #line(id: string): Line {
    let line = this.#lines.get(id);
    if (!line) {
      line = { said: null, error: null, frame: null, told: null };
      this.#lines.set(id, line);
    }
    return line;
  }

  #look(): void {
    for (const [id, line] of this.#lines) this.#tell(id, line);
  }

  #tell(id: string, line: Line): void {
    const known = this.get(id);
    const isHeardOf = line.said !== null && line.said.capture.state !== null;
    if (known === null || known.state === line.told || !isHeardOf) return;
    line.told = known.state;
    this.options.onState(known);
  }

  #invalid({ topic, partition, offset }: Position, error: Error): void {
    this.options.onTrouble(`${topic}/${partition}/${offset} is not understood: ${error.message}`);
  }
}

/** What a worker says went wrong: with the capture, or with what came of it. */
function errorOf({ capture, news }: StreamStateContent): KnownStream['lastError'] {
  const lost = news.ledger.findLast(({ state }) => state === 'lost' || state === 'damaged');
  const errors = [
    ...(lost ? [{ at: Date.parse(lost.at), message: lost.reason }] : []),
    ...(capture.state === 'stalled' || capture.state === 'gone'
      ? [{ at: Date.parse(capture.since), message: capture.reason }]
      : []),
  ];
  return errors.sort((a, b) => b.at - a.at)[0] ?? null;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
