import { hostOfUrl } from '../domain/host.js';
import type { StreamInfo, StreamState } from '../domain/match.js';
import type { Content } from '../transport/index.js';

type StreamStateContent = Content<'stream-state/1'>;

export const STREAM_STATES = ['live', 'stalled', 'gone', 'unknown'] as const satisfies readonly (
  | StreamState
  | 'unknown'
)[];
/** `unknown`: nothing was heard of it lately, or ever. */
export type KnownState = (typeof STREAM_STATES)[number];

/** To count streams in. */
export function noStates(): Record<KnownState, number> {
  return { live: 0, stalled: 0, gone: 0, unknown: 0 };
}

/** Nothing was said for so long of a stream in that state: whether it is still so nobody knows, ms. */
const SILENT_MS: Readonly<Record<StreamState, number>> = {
  live: 90_000,
  stalled: 600_000,
  gone: Number.POSITIVE_INFINITY,
};

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
  readonly state: KnownState;
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

/** Where a stream stands in lists. */
export interface StreamPlace {
  /** Empty = it has none. */
  readonly host: string;
  readonly name: string;
  readonly id: string;
}

/** One stream, as it is said, shown and written down. What lists look at of each stream is at hand. */
export class StreamLine {
  /** The state that was told last. */
  told: KnownState | null = null;
  place!: StreamPlace;
  /** Who captures it; null = not known. */
  probe: string | null = null;
  /** Name, address and id, in lower case. */
  text!: string;
  #stream!: StreamInfo;
  #recorded: StreamInfo | null = null;
  #said: StreamStateContent | null = null;
  /** What was said of its state, and until when that holds, ms since 1970: a walk past many messages is slow. */
  #state: KnownState = 'unknown';
  #holdsUntil = 0;
  #error: KnownStream['lastError'] = null;
  #frame: { readonly content: Content<'frame/1'>; readonly jpeg: Uint8Array } | null = null;

  constructor(stream: StreamInfo) {
    this.#name(stream);
  }

  get url(): string {
    return this.#stream.url;
  }

  /** Whether anything is left that was said or written down of it. */
  get isKnown(): boolean {
    return (this.#said ?? this.#frame ?? this.#recorded) !== null;
  }

  /** Whether it was ever said how it stands. */
  get isHeardOf(): boolean {
    return this.#said !== null && this.#said.capture.state !== null;
  }

  /** The last picture. */
  get frame(): Frame | null {
    if (!this.#frame || this.#frame.jpeg.length === 0) return null;
    const { content, jpeg } = this.#frame;
    return { jpeg, digest: content.sha256, at: Date.parse(content.at) };
  }

  /** Each of these returns whether it stands elsewhere in lists now. */
  say(content: StreamStateContent): boolean {
    const { state } = content.capture;
    this.#said = content;
    this.#state = state ?? 'unknown';
    this.#holdsUntil = state === null ? 0 : Date.parse(content.at) + SILENT_MS[state];
    this.#error = errorOf(content) ?? this.#error;
    return this.#lookAnew();
  }

  /** @param content null = its picture was taken away */
  show(content: Content<'frame/1'> | null, jpeg: Uint8Array = new Uint8Array()): boolean {
    this.#frame = content && { content, jpeg };
    return this.#lookAnew();
  }

  record(stream: StreamInfo): boolean {
    this.#recorded = stream;
    return this.#lookAnew();
  }

  /** What was said of it was taken away. */
  forget(): boolean {
    this.#said = this.#frame = this.#error = this.told = null;
    this.#state = 'unknown';
    return this.#lookAnew();
  }

  /** @param now ms since 1970 */
  state(now: number): KnownState {
    return now > this.#holdsUntil ? 'unknown' : this.#state;
  }

  /** @param now ms since 1970 */
  known(now: number): KnownStream {
    const said = this.#said;
    const lastSegmentAt = said?.run.clock.position?.last.capturedAt;
    const state = this.state(now);
    return {
      stream: this.#stream,
      host: this.place.host || null,
      probe: this.probe,
      state,
      since: said && this.isHeardOf ? Date.parse(state === 'unknown' ? said.at : said.capture.since) : null,
      reason: said?.capture.reason ?? '',
      lastSegmentAt: lastSegmentAt ? Date.parse(lastSegmentAt) : null,
      bitRate: this.#frame?.content.bitRate ?? null,
      lastError: this.#error,
      carries: (said?.detections.open ?? []).map((open) => ({
        detectionId: open.id,
        catalogue: open.catalogue,
        assetId: open.assetId,
        title: open.title,
        since: Date.parse(open.time.start),
        score: open.score,
      })),
      frameAt: this.frame?.at ?? null,
    };
  }

  #lookAnew(): boolean {
    this.probe = this.#said?.capture.probe ?? this.#frame?.content.probe ?? null;
    const about = this.#said ?? this.#frame?.content;
    const { name, url } = about?.stream ?? this.#recorded ?? this.#stream;
    if (name === this.#stream.name && url === this.#stream.url) return false;
    this.#name({ ...this.#stream, name, url });
    return true;
  }

  #name(stream: StreamInfo): void {
    const { id, name, url } = stream;
    this.#stream = stream;
    this.place = { host: hostOfUrl(url) ?? '', name, id };
    this.text = `${name}\n${url}\n${id}`.toLowerCase();
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
