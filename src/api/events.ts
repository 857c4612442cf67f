import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Access } from '../access/access.js';
import { hasRole } from '../access/roles.js';
import type { EventLog, LoggedEvent } from '../events/event-log.js';
import type { CatalogueOwners } from '../rights/catalogue-owners.js';
import { principalOf } from './authenticate.js';
import { ProblemError, unusable } from './problem.js';
import { exactly, Media, type Resource } from './route.js';
import { seesCatalogue, tenantSeenBy } from './tenancy.js';

export interface EventsOptions {
  readonly access: Access;
  readonly log: EventLog;
  readonly owners: CatalogueOwners;
  /** Times, ms; for tests. */
  readonly eventTimes?: Partial<EventTimes>;
}

export interface EventTimes {
  /** With nothing to tell, so often it is said that all is well. */
  readonly heartbeat: number;
  /** A reader that takes nothing for so long is let go of; it may come back with the id of its last event. */
  readonly patience: number;
}

const TIMES: EventTimes = { heartbeat: 15_000, patience: 30_000 };
const PAGE = 200;
const MAX_READERS = 500;
const RETRY_MS = 2_000;

/** Everything that happens, as it happens: server-sent events, which go on where a reader was. */
export const eventRoutes: Resource<EventsOptions> = async (server, { access, log, owners, eventTimes }) => {
  const times = { ...TIMES, ...eventTimes };
  const readers = new Set<Readable>();
  server.addHook('preClose', async () => {
    for (const reader of readers) reader.destroy();
  });

  server.get(
    '/v1/events',
    {
      config: { roles: ['rights-holder', 'analyst', 'administrator'] },
      schema: {
        tags: ['Events'],
        operationId: 'followEvents',
        summary: 'What happens, as server-sent events',
        description:
          'Each event has a number as its `id`. Who comes back with `Last-Event-ID` is told all that came since; ' +
          'where that is not kept any more, an event `gap` says so. docs/alerts.md has the types.',
        querystring: exactly({
          after: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: Number.MAX_SAFE_INTEGER,
              description: 'As `Last-Event-ID`, for the first connection',
            }),
          ),
          types: Type.Optional(
            Type.Array(Type.String({ maxLength: 100 }), { maxItems: 50, description: 'Only these' }),
          ),
        }),
        response: {
          200: Media('text/event-stream'),
        },
      },
    },
    async (request, reply) => {
      if (readers.size >= MAX_READERS)
        throw new ProblemError('unavailable', `${MAX_READERS} readers follow the events already.`, {
          retryAfter: 10,
        });
      const { types } = request.query;
      const after = lastSeen(request.headers['last-event-id']) ?? request.query.after ?? log.last;
      const wanted = (event: LoggedEvent) =>
        (types === undefined || types.includes(event.type)) && maySee(request, owners, event);
      const stopping = new AbortController();
      const reader = Readable.from(
        tellAll({ log, after, wanted, isWelcome: () => isStillValid(request, access), times, stopping }),
        { objectMode: false, highWaterMark: 64 * 1024 },
      );
      readers.add(reader);
      const end = () => {
        readers.delete(reader);
        stopping.abort();
      };
      reader.on('close', end).on('error', end);
      reply.raw.on('close', () => reader.destroy());
      stopping.signal.addEventListener('abort', () => reader.destroy(), { once: true });
      return reply
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .type('text/event-stream; charset=utf-8')
        .send(reader as never);
    },
  );
};

interface Telling {
  readonly log: EventLog;
  readonly after: number;
  readonly wanted: (event: LoggedEvent) => boolean;
  /** Whether the key is still taken. */
  readonly isWelcome: () => boolean;
  readonly times: EventTimes;
  readonly stopping: AbortController;
}

async function* tellAll({ log, after, wanted, isWelcome, times, stopping }: Telling): AsyncGenerator<string> {
  const { signal } = stopping;
  yield* patiently(`retry: ${RETRY_MS}\n\n`, times, stopping);
  let last = after;
  const first = log.first;
  if (last > log.last || last + 1 < first) {
    const now = last > log.last ? log.last : first - 1;
    yield `id: ${now}\nevent: gap\ndata: ${JSON.stringify({ type: 'gap', after: last, until: now })}\n\n`;
    last = now;
  }
  while (!signal.aborted) {
    const events = log.after(last, PAGE);
    const text = events.filter(wanted).map(textOf).join('');
    last = events.at(-1)?.number ?? last;
    if (text !== '') yield* patiently(text, times, stopping);
    if (events.length === PAGE) continue;
    const isMore = last < log.last || (await more(log, times.heartbeat, signal));
    if (!isWelcome()) return;
    // Also tells a reader how far it has come where nothing was for it.
    if (!isMore) yield* patiently(`id: ${last}\n\n`, times, stopping);
  }
}

/** Hands something over, or gives the reader up that does not take it. */
function* patiently(text: string, { patience }: EventTimes, stopping: AbortController): Generator<string> {
  const timer = setTimeout(() => stopping.abort(), patience);
  try {
    yield text;
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves to true when there is more, to false when nothing came in that time, ms. */
function more(log: EventLog, within: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isMore: boolean) => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', aborted);
      resolve(isMore);
    };
    const aborted = () => done(false);
    const timer = setTimeout(() => done(false), within);
    const stop = log.onMore(() => done(true));
    signal.addEventListener('abort', aborted, { once: true });
  });
}

function textOf({ number, at, type, data }: LoggedEvent): string {
  const head = JSON.stringify({ number, type, time: new Date(at).toISOString() });
  const rest = data.slice(1) === '}' ? '}' : `,${data.slice(1)}`;
  return `id: ${number}\nevent: ${type}\ndata: ${head.slice(0, -1)}${rest}\n\n`;
}

function lastSeen(header: string | string[] | undefined): number | null {
  if (header === undefined || header === '') return null;
  const number = Number(header);
  if (typeof header === 'string' && /^\d{1,16}$/.test(header) && Number.isSafeInteger(number)) return number;
  throw unusable('/Last-Event-ID', 'Last-Event-ID must be the id of an event.');
}

/** Streams are for those who watch them; what is in a catalogue for those who see that. */
function maySee(
  request: FastifyRequest,
  owners: CatalogueOwners,
  { catalogue, tenant: only }: LoggedEvent,
): boolean {
  const principal = principalOf(request);
  const tenant = tenantSeenBy(principal);
  if (only !== null && tenant !== null && only !== tenant) return false;
  if (catalogue === null) return hasRole(principal, 'analyst') || hasRole(principal, 'administrator');
  return seesCatalogue(request, owners, catalogue);
}

function isStillValid(request: FastifyRequest, access: Access): boolean {
  const { keyId } = principalOf(request);
  const key = access.keys.get(keyId);
  // Without keys, everybody is welcome.
  if (key === null) return keyId === 'none';
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > Date.now());
}
