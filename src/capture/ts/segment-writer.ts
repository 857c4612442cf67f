import { StreamprintError } from '../../domain/errors.js';
import { utcMillis } from '../../domain/ids.js';
import type { SourceFacts } from '../../domain/source-facts.js';
import type { Seconds } from '../seconds.js';
import type { Sink } from '../sink.js';
import type { Spool, SpooledFile, SpoolWriter } from '../spool.js';
import { TsCutter } from './cutter.js';

/** What is left of a connection that ended is a segment when it lasts so long. */
const LEAST: Seconds = 1;

interface OpenSegment {
  readonly file: SpoolWriter;
  readonly discontinuity: boolean;
  /** Why it cannot be written; null = it can. */
  failure: StreamprintError | null;
}

/** Writes one connection's MPEG-TS into segments, and hands them on. Numbers go on from connection to connection. */
export class SegmentWriter {
  private sequence = 0;
  private connected = 0;
  private cutter = new TsCutter();
  private segment: OpenSegment | null = null;
  private source: SourceFacts | null = null;
  private lastByteAt = 0;
  private delivered: Seconds = 0;

  constructor(
    private readonly uri: string,
    private readonly spool: Spool,
    private readonly sink: Sink,
  ) {}

  /** Media that were had of the connection in hand, s. */
  get seconds(): Seconds {
    return this.delivered + this.cutter.duration;
  }

  /** A connection begins: what it brings does not go on with what was before. */
  begin(source: SourceFacts): void {
    this.cutter = new TsCutter();
    this.source = source;
    this.delivered = 0;
    this.connected++;
  }

  async take(chunk: Uint8Array): Promise<void> {
    const now = this.sink.now();
    let pending: Uint8Array[] = [];
    for (const cut of this.cutter.take(chunk)) {
      if (cut.type === 'bytes') {
        pending.push(cut.bytes);
        continue;
      }
      await this.write(pending);
      pending = [];
      await this.finish(false);
      const discontinuity = cut.discontinuity || (this.connected > 1 && this.delivered === 0);
      const file = this.spool.begin('ts');
      this.segment = { file, discontinuity, failure: null };
    }
    await this.write(pending);
    this.lastByteAt = now;
  }

  /** The connection has ended. @param last nothing follows */
  async end(last: boolean): Promise<void> {
    if (this.cutter.duration >= LEAST || last) await this.finish(last);
    await this.discard();
  }

  /** Leaves nothing of the segment in hand. */
  async discard(): Promise<void> {
    await this.segment?.file.discard();
    this.segment = null;
  }

  private async write(pieces: readonly Uint8Array[]): Promise<void> {
    const { segment } = this;
    if (segment === null || segment.failure !== null || pieces.length === 0) return;
    try {
      await segment.file.write(Buffer.concat(pieces));
    } catch (error) {
      if (!(error instanceof StreamprintError)) throw error;
      segment.failure = error;
      await segment.file.discard();
    }
  }

  private async finish(last: boolean): Promise<void> {
    const { segment, source } = this;
    if (segment === null || source === null) return;
    this.segment = null;
    const { duration } = this.cutter;
    const { discontinuity, failure, file } = segment;
    const sequence = this.sequence++;
    this.delivered += duration;
    const written = failure ?? (await ended(file));
    if (written instanceof StreamprintError) {
      await this.sink.lost({ sequence, duration, carries: 'both', by: 'probe', reason: written.message });
      return;
    }
    await this.sink.segment({
      ...written,
      sequence,
      uri: this.uri,
      // As with what a server has whole before it sends it, a segment begins its duration before it was had.
      firstByteAt: utcMillis(this.lastByteAt),
      duration,
      carries: 'both',
      discontinuity,
      programDateTime: null,
      last,
      source,
    });
  }
}

async function ended(file: SpoolWriter): Promise<SpooledFile | StreamprintError> {
  try {
    return await file.end();
  } catch (error) {
    if (!(error instanceof StreamprintError)) throw error;
    await file.discard();
    return error;
  }
}
