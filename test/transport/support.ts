import { createHash, randomBytes } from 'node:crypto';
import type { Draft } from '../../src/transport/bus.js';
import { segmentIdOf } from '../../src/transport/segment-id.js';

export const RUN = '3f2b8a64-6f0e-4c55-9b54-0e8c7f4f1a10';
const BEGIN = Date.parse('2026-01-31T12:00:00.000Z');

export type SegmentDraft = Extract<Draft, { type: 'segment/1' }>;

export interface Sent {
  readonly draft: SegmentDraft;
  readonly body: Buffer;
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Segment number n of a stream, with bytes that no other has. */
export function segment(stream: string, sequence: number, bytes = 2000, run = RUN): Sent {
  const body = randomBytes(bytes);
  const digest = sha256(body);
  const start = new Date(BEGIN + 4000 * sequence).toISOString();
  return {
    body,
    draft: {
      type: 'segment/1',
      content: {
        id: segmentIdOf(stream, start, digest),
        stream: { id: stream, name: `Channel ${stream}`, url: `http://pirate.example/${stream}.m3u8` },
        probe: 'probe-1',
        run,
        sequence,
        carries: 'both',
        capture: { start, end: new Date(BEGIN + 4000 * sequence + 900).toISOString() },
        media: {
          start: 4 * sequence,
          duration: 4,
          discontinuity: false,
          programDateTime: null,
          last: false,
        },
        container: 'mpegts',
        codecs: { video: 'h264', audio: 'aac' },
        sha256: digest,
        bytes,
        source: {
          url: `http://pirate.example/${stream}/${sequence}.ts`,
          ip: '192.0.2.7',
          status: 200,
          headers: { server: 'nginx', 'content-type': 'video/mp2t' },
          redirects: [],
          tls: null,
          clockOffset: -12,
          asn: 64500,
          country: 'NL',
        },
      },
    },
  };
}

export function lost(stream: string, sequence: number, count: number): Draft {
  const { content } = segment(stream, sequence, 1).draft;
  return {
    type: 'lost/1',
    content: {
      stream: content.stream,
      probe: content.probe,
      run: RUN,
      at: content.capture.end,
      sequence,
      count,
      carries: 'both',
      duration: 4 * count,
      by: 'probe',
      reason: 'The disk buffer was full.',
    },
  };
}

/** Waits until something holds; fails with what it last was. */
export async function until<T>(
  what: () => T | Promise<T>,
  holds: (value: T) => boolean,
  ms = 20_000,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await what();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`It did not come to that: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A promise, and what resolves it. */
export function gate(): { open: () => void; opened: Promise<void> } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
