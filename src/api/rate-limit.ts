import type { FastifyReply } from 'fastify';
import { ProblemError } from './problem.js';
import type { ApiServer } from './route.js';

/** Requests at once, in seconds' worth of them. */
const BURST_SECONDS = 4;
/** Of one address with keys that are none, a second. */
const STRANGERS_RATE = 20;
/** Those that were used longest ago are forgotten beyond so many. */
const MAX_BUCKETS = 10_000;

interface Bucket {
  tokens: number;
  /** ms */
  at: number;
}

/** Token buckets: each fills at a rate, and holds so many. */
export class Buckets {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    /** Tokens a second. */
    private readonly rate: number,
    readonly capacity: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Tokens left after taking some; below 0 = there were not as many, and none was taken. */
  take(name: string, tokens = 1): number {
    const bucket = this.#filled(name);
    if (bucket.tokens < tokens) return bucket.tokens - tokens;
    bucket.tokens -= tokens;
    return bucket.tokens;
  }

  /** Seconds until there are so many. */
  until(name: string, tokens: number): number {
    return Math.max(0, (tokens - this.#filled(name).tokens) / this.rate);
  }

  #filled(name: string): Bucket {
    const at = this.now();
    const bucket = this.#buckets.get(name) ?? { tokens: this.capacity, at };
    bucket.tokens = Math.min(this.capacity, bucket.tokens + ((at - bucket.at) / 1000) * this.rate);
    bucket.at = at;
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= MAX_BUCKETS) break;
      this.#buckets.delete(oldest);
    }
    return bucket;
  }
}

/** Those who come with keys that are none. */
export const strangers = (): Buckets => new Buckets(STRANGERS_RATE, STRANGERS_RATE * 5);

/** Bounds the requests of each key. @param rate a second, in the long run */
export function limitRate(server: ApiServer, rate: number): void {
  const buckets = new Buckets(rate, rate * BURST_SECONDS);
  server.addHook('onRequest', async (request, reply) => {
    if (!request.principal) return;
    const { keyId } = request.principal;
    const left = buckets.take(keyId);
    tell(reply, buckets, keyId, left);
    if (left < 0) throw tooMany(buckets.until(keyId, 1));
  });
}

/** @param seconds until there is room again */
export const tooMany = (seconds: number): ProblemError =>
  new ProblemError('rate-limited', 'This key asks more often than it may: wait a little.', {
    retryAfter: Math.max(1, Math.ceil(seconds)),
  });

function tell(reply: FastifyReply, buckets: Buckets, keyId: string, left: number): void {
  reply.headers({
    'ratelimit-limit': String(buckets.capacity),
    'ratelimit-remaining': String(Math.max(0, Math.floor(left))),
    'ratelimit-reset': String(Math.ceil(buckets.until(keyId, buckets.capacity))),
  });
}
