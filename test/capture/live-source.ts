import { fakeMedia, type Handler, serve, type TestServer } from './support.js';

/** A live HLS playlist whose every move is the test's. Segments are `/SEQUENCE.ts`. */
export class LiveSource {
  first = 0;
  count = 3;
  ended = false;
  /** Tags in front of a segment. */
  readonly tags = new Map<number, string>();
  /** Prefix of the segments' names: a restarted encoder takes another. */
  prefix = '';
  /** Answers instead of the playlist, when set. */
  playlistHandler: Handler | null = null;
  /** Answers instead of a segment. */
  readonly segmentHandlers = new Map<string, Handler>();
  loads = 0;

  private constructor(private running: TestServer | null) {}

  static async start(): Promise<LiveSource> {
    const source = new LiveSource(null);
    source.running = await serve((request, response, path) => source.answer(request, response, path));
    return source;
  }

  get server(): TestServer {
    if (this.running === null) throw new Error('not started');
    return this.running;
  }

  get url(): string {
    return `${this.server.url}/live.m3u8`;
  }

  /** The window moves on by some segments. */
  move(by: number): void {
    this.first += by;
  }

  get playlist(): string {
    const lines = ['#EXTM3U', '#EXT-X-VERSION:3', '#EXT-X-TARGETDURATION:1'];
    lines.push(`#EXT-X-MEDIA-SEQUENCE:${this.first}`);
    for (let n = this.first; n < this.first + this.count; n++) {
      const tag = this.tags.get(n);
      if (tag !== undefined) lines.push(tag);
      lines.push('#EXTINF:1.0,', `${this.prefix}${n}.ts`);
    }
    if (this.ended) lines.push('#EXT-X-ENDLIST');
    return `${lines.join('\n')}\n`;
  }

  async close(): Promise<void> {
    await this.server.close();
  }

  private answer(...[request, response, path]: Parameters<Handler>): void {
    if (path.startsWith('/live.m3u8')) {
      this.loads++;
      if (this.playlistHandler !== null) this.playlistHandler(request, response, path);
      else response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' }).end(this.playlist);
      return;
    }
    const handler = this.segmentHandlers.get(path);
    if (handler !== undefined) handler(request, response, path);
    else response.writeHead(200).end(fakeMedia(path));
  }
}
