import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Bus, type Draft, segmentIdOf } from '../../src/transport/index.js';

export type SegmentDraft = Extract<Draft, { type: 'segment/1' }>;

/** Sends the files of a folder as the segments of a stream, as a probe would that captured it live. */
export class Sending {
  readonly run: string;
  sequence = 0;

  /**
   * @param begin when the first byte of the first segment came, ms UTC
   * @param seconds length of a segment
   */
  constructor(
    private readonly bus: Bus,
    readonly stream: string,
    private readonly begin: number,
    private readonly seconds: number,
    run: string = randomUUID(),
  ) {
    this.run = run;
  }

  /** Sends one; resolves when it is acknowledged. */
  async send(body: Buffer, change: Partial<SegmentDraft['content']> = {}): Promise<SegmentDraft> {
    const draft = this.draft(body, change);
    await this.bus.publish('streamprint.segments', draft, body);
    this.sequence++;
    return draft;
  }

  /** What is sent is announced to last so long, s: nothing where it comes between segments that follow each other. */
  lasting(duration: number): Partial<SegmentDraft['content']> {
    return { media: { ...this.draft(Buffer.alloc(0)).content.media, duration } };
  }

  async sendAll(folder: string): Promise<void> {
    for (const file of fs.readdirSync(folder).sort())
      await this.send(fs.readFileSync(path.join(folder, file)));
  }

  async say(state: 'live' | 'stalled' | 'gone'): Promise<void> {
    const at = new Date(this.begin + 1000 * this.seconds * this.sequence).toISOString();
    const content = { stream: this.#stream, probe: 'test', run: this.run, at, state, reason: 'the test' };
    await this.bus.publish('streamprint.segments', { type: 'state/1', content });
  }

  /** A segment with that body as the next message of the stream. */
  draft(body: Buffer, change: Partial<SegmentDraft['content']> = {}): SegmentDraft {
    const sha256 = createHash('sha256').update(body).digest('hex');
    const at = this.begin + 1000 * this.seconds * this.sequence;
    const start = new Date(at).toISOString();
    return {
      type: 'segment/1',
      content: {
        id: segmentIdOf(this.stream, start, sha256),
        stream: this.#stream,
        probe: 'test',
        run: this.run,
        sequence: this.sequence,
        carries: 'both',
        capture: { start, end: new Date(at + 200).toISOString() },
        media: {
          start: null,
          duration: this.seconds,
          discontinuity: false,
          programDateTime: null,
          last: false,
        },
        container: 'mpegts',
        codecs: { video: null, audio: null },
        sha256,
        bytes: body.length,
        source: {
          url: `http://pirate.example/${this.stream}/${this.sequence}.ts`,
          ip: null,
          status: 200,
          headers: {},
          redirects: [],
          tls: null,
          clockOffset: null,
          asn: null,
          country: null,
        },
        ...change,
      },
    };
  }

  get #stream() {
    const { stream: id } = this;
    return { id, name: `Channel ${id}`, url: `http://pirate.example/${id}.m3u8` };
  }
}
