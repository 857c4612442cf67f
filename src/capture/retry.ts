import { StreamprintError } from '../domain/errors.js';
import { HttpError } from './http-error.js';
import { sleep } from './wait.js';

export interface RetryPolicy {
  /** How often it is tried in all. */
  readonly attempts: number;
  /** Wait before the second try, ms; doubles from try to try. */
  readonly firstDelay: number;
  readonly maxDelay: number;
  /** The most that a server's Retry-After is honoured, ms. */
  readonly maxRetryAfter: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 4,
  firstDelay: 500,
  maxDelay: 8_000,
  maxRetryAfter: 30_000,
};

/**
 * Milliseconds to wait after a failure: exponential backoff with half of it jitter, so that many streams of one
 * server don't come back at the same moment; longer if the server asked for it.
 */
export function backoff(
  policy: RetryPolicy,
  failures: number,
  random: () => number,
  error?: unknown,
): number {
  const grown = Math.min(policy.maxDelay, policy.firstDelay * 2 ** Math.min(30, failures - 1));
  const jittered = grown * (0.5 + 0.5 * random());
  const asked = error instanceof HttpError ? Math.min(error.retryAfter, policy.maxRetryAfter) : 0;
  return Math.max(jittered, asked);
}

/** Whether another try may go better. */
export function isTransient(error: unknown): boolean {
  return error instanceof HttpError && error.transient;
}

export interface RetryContext {
  readonly signal: AbortSignal;
  readonly random: () => number;
  /** Told before each wait. */
  readonly onRetry?: (error: StreamprintError, attempt: number) => void;
}

/** Tries until it works, until an error that won't go away, or until the attempts are used up. */
export async function retrying<T>(
  policy: RetryPolicy,
  context: RetryContext,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= policy.attempts || !isTransient(error)) throw error;
      if (error instanceof StreamprintError) context.onRetry?.(error, tries);
      await sleep(backoff(policy, tries, context.random, error), context.signal);
    }
  }
}
