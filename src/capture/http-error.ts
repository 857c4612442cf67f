import { type ErrorCode, StreamprintError } from '../domain/errors.js';

export interface HttpFailure {
  /** HTTP status, if there was an answer. */
  readonly status?: number;
  /** Whether another try may go better. */
  readonly transient: boolean;
  /** What the server asked us to wait, ms. */
  readonly retryAfter?: number;
  /** More redirects than are followed. */
  readonly redirectLoop?: boolean;
  readonly cause?: unknown;
}

/** A fetch that failed: besides the code and the sentence, what a retry needs to know. */
export class HttpError extends StreamprintError {
  readonly status: number | null;
  readonly transient: boolean;
  readonly retryAfter: number;
  readonly redirectLoop: boolean;

  constructor(code: ErrorCode, message: string, failure: HttpFailure) {
    super(code, message, { cause: failure.cause });
    this.status = failure.status ?? null;
    this.transient = failure.transient;
    this.retryAfter = failure.retryAfter ?? 0;
    this.redirectLoop = failure.redirectLoop ?? false;
  }
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the server closed the connection',
  EPIPE: 'the server closed the connection',
  ETIMEDOUT: 'no connection in time',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
};

/** What the network layer threw, as an error of ours. Errors that are ours already pass through. */
export function httpErrorOf(error: unknown, shown: string): StreamprintError {
  const known = ours(error);
  if (known !== null) return known;
  const code = codeOf(error);
  const what = NETWORK[code] ?? `the fetch failed (${code === '' ? String(error) : code})`;
  return new HttpError('SP_HTTP', `${shown}: ${what}`, { transient: true, cause: error });
}

function ours(error: unknown): StreamprintError | null {
  if (error instanceof StreamprintError) return error;
  if (error instanceof AggregateError) return error.errors.map(ours).find((e) => e !== null) ?? null;
  if (error instanceof Error && error.cause !== undefined) return ours(error.cause);
  return null;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? '' : codeOf(inner);
}
