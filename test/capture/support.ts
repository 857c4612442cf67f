import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CaptureOptions, openSources } from '../../src/capture/index.js';
import type { CaptureEvent, Segment } from '../../src/domain/segment.js';

export interface TestServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** Paths asked for, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse, path: string) => void;

export async function serve(handler: Handler, host = '127.0.0.1'): Promise<TestServer> {
  const requests: string[] = [];
  const server = http.createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push(path);
    handler(request, response, path);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    port,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Serves the files of a map; ranges are honoured. */
export function fileHandler(files: ReadonlyMap<string, string | Buffer>): Handler {
  return (request, response, path) => {
    const name = path.replace(/\?.*$/, '');
    const content = files.get(name);
    if (content === undefined) {
      response.writeHead(404).end('not here');
      return;
    }
    const whole = Buffer.from(content);
    const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    if (first === undefined || last === undefined) {
      response.writeHead(200).end(whole);
      return;
    }
    response.writeHead(206).end(whole.subarray(Number(first), Number(last) + 1));
  };
}

/** Runs the work with a folder of its own, which is gone afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'streamprint-capture-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Patience that fits target durations of a second. */
export const QUICK: NonNullable<CaptureOptions['timing']> = {
  giveUpAfter: 6_000,
  stallAfter: 1_500,
  segmentTimeout: 3_000,
  retry: { attempts: 3, firstDelay: 20, maxDelay: 100, maxRetryAfter: 500 },
};

export interface Captured {
  readonly events: readonly CaptureEvent[];
  readonly segments: readonly Segment[];
  /** The bytes of each segment, in the same order. */
  readonly media: readonly Buffer[];
  readonly lost: readonly Extract<CaptureEvent, { type: 'lost' }>[];
  readonly notes: readonly string[];
  /** State and reason of each change. */
  readonly states: readonly string[];
  readonly gone: string | null;
}

export interface CaptureRequest {
  readonly options?: Partial<CaptureOptions>;
  /** Looks at what has come so far; true ends the capture. */
  readonly until?: (events: readonly CaptureEvent[]) => boolean | Promise<boolean>;
}

/** Captures one target until it ends, as a receiver does: reads each segment and deletes it. */
export async function captureAll(target: string, request: CaptureRequest = {}): Promise<Captured> {
  return withFolder(async (folder) => {
    const stop = new AbortController();
    const { captures, errors } = await openSources([target], {
      spool: join(folder, 'spool'),
      signal: stop.signal,
      timing: QUICK,
      ...request.options,
    });
    if (errors[0] !== undefined) throw errors[0].error;
    const [capture] = captures;
    if (capture === undefined) throw new Error('no capture');
    const events: CaptureEvent[] = [];
    const media: Buffer[] = [];
    for await (const event of capture.events) {
      events.push(event);
      if (event.type === 'segment') {
        media.push(await readFile(event.segment.path));
        if (event.segment.owned !== false) await rm(event.segment.path);
      }
      if (await request.until?.(events)) break;
    }
    stop.abort();
    return summary(events, media);
  });
}

function summary(events: readonly CaptureEvent[], media: readonly Buffer[]): Captured {
  const states = events.flatMap((e) => (e.type === 'state' ? [e] : []));
  return {
    events,
    media,
    segments: events.flatMap((e) => (e.type === 'segment' ? [e.segment] : [])),
    lost: events.flatMap((e) => (e.type === 'lost' ? [e] : [])),
    notes: events.flatMap((e) => (e.type === 'note' ? [e.message] : [])),
    states: states.map(({ state }) => state),
    gone: states.find(({ state }) => state === 'gone')?.reason ?? null,
  };
}

export function segmentCount(events: readonly CaptureEvent[]): number {
  return events.filter(({ type }) => type === 'segment').length;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const run = promisify(execFile);

/** Some seconds of moving test picture and tone. */
export const TEST_MEDIA = [
  ...['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=10', '-f', 'lavfi', '-i', 'sine=frequency=440'],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', '-keyint_min', '10', '-sc_threshold', '0'],
  ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '48k'],
];

export async function ffmpeg(cwd: string, ...args: readonly string[]): Promise<void> {
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], { cwd });
}

/** Pictures in a media file, as ffprobe counts them. */
export async function countPictures(path: string): Promise<number> {
  const entries = ['-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0'];
  const { stdout } = await run('ffprobe', ['-v', 'error', '-select_streams', 'v:0', ...entries, path]);
  return Number(stdout.trim().split('\n')[0]);
}

/** A stand-in for media: bytes that are no text, different for each name. */
export function fakeMedia(name: string, bytes = 2_048): Buffer {
  const digest = createHash('sha256').update(name).digest();
  return Buffer.concat([Buffer.from([0x47, 0, 0, 0]), ...new Array<Buffer>(bytes / 32).fill(digest)]);
}
