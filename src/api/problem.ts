import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { type ErrorCode, StreamprintError } from '../domain/errors.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** Stable codes, each with its status and a title. */
export const PROBLEMS = {
  'invalid-request': [400, 'The request cannot be understood'],
  unauthenticated: [401, 'A valid key is needed'],
  forbidden: [403, 'This key may not do that'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'That cannot be done with it'],
  timeout: [408, 'The request took too long to arrive'],
  conflict: [409, 'That goes against what is there'],
  'precondition-failed': [412, 'Somebody changed it meanwhile'],
  'too-large': [413, 'The request is too large'],
  'unsupported-media-type': [415, 'A body of this type is not taken'],
  'range-not-satisfiable': [416, 'There is no such part'],
  unprocessable: [422, 'The content cannot be used'],
  'idempotency-mismatch': [422, 'This Idempotency-Key came with another request'],
  'precondition-required': [428, 'If-Match is needed'],
  'rate-limited': [429, 'Too many requests'],
  'headers-too-large': [431, 'The headers are too large'],
  internal: [500, 'Something went wrong here'],
  unavailable: [503, 'That cannot be done at the moment'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: '`/problems/CODE`' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'A sentence that names the input' }),
    code: Type.Enum(Object.keys(PROBLEMS) as ProblemCode[]),
    pointer: Type.Optional(Type.String({ description: 'JSON pointer to the field (RFC 6901)' })),
    errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
  },
  { $id: 'Problem', additionalProperties: false },
);
export type Problem = Static<typeof Problem>;

/** One field that is wrong. */
export interface FieldError {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly detail: string;
}

interface ProblemOptions {
  readonly pointer?: string;
  readonly errors?: readonly FieldError[];
  /** s */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** Thrown by routes; what the client is answered. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly code: ProblemCode,
    /** A sentence that names the input; nothing that only operators may know. */
    detail: string,
    readonly options: ProblemOptions = {},
  ) {
    super(detail, { cause: options.cause });
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }
}

/** @param what of the sentence: `asset alpha` */
export const notFound = (what: string): ProblemError => new ProblemError('not-found', `There is no ${what}.`);

/** 400 that points at a field: it is not even well formed. */
export const invalid = (pointer: string, detail: string): ProblemError =>
  new ProblemError('invalid-request', detail, { pointer });

/** 422 that points at a field: well formed, but of no use. */
export const unusable = (pointer: string, detail: string): ProblemError =>
  new ProblemError('unprocessable', detail, { pointer });

export function bodyOf({ code, message, options }: ProblemError): Problem {
  const [status, title] = PROBLEMS[code];
  const { pointer, errors } = options;
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: message,
    code,
    ...(pointer !== undefined && { pointer }),
    ...(errors && errors.length > 0 && { errors: [...errors] }),
  };
}

const RETRY_AFTER_S = 5;

/** What became of our own errors: those of circumstances are 503, all others the request's. */
const OF_ERRORS: Readonly<Partial<Record<ErrorCode, ProblemCode>>> = {
  SP_NOT_FOUND: 'not-found',
  SP_CONFLICT: 'conflict',
  SP_INPUT_TOO_LARGE: 'too-large',
  SP_MESSAGE_TOO_LARGE: 'too-large',
  SP_USAGE: 'unprocessable',
  SP_DECODER_UNAVAILABLE: 'unavailable',
  SP_BUSY: 'unavailable',
  SP_DATA_LOCKED: 'unavailable',
  SP_DISK_FULL: 'unavailable',
  SP_BUS_UNAVAILABLE: 'unavailable',
  SP_BUS_TOPIC: 'unavailable',
  SP_INDEX_UNAVAILABLE: 'unavailable',
  SP_INDEX_REFUSED: 'unavailable',
  SP_DATA_VERSION: 'internal',
  SP_DATA_CORRUPT: 'internal',
};

/** Of fastify's own errors, by their status. */
const OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'timeout',
  413: 'too-large',
  414: 'invalid-request',
  415: 'unsupported-media-type',
  431: 'headers-too-large',
};

/** The problem that anything thrown is to the client. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof StreamprintError) {
    const code = OF_ERRORS[error.code] ?? 'unprocessable';
    if (code === 'internal') return internal(error);
    const retry = code === 'unavailable' ? { retryAfter: RETRY_AFTER_S } : {};
    return new ProblemError(code, error.message, { cause: error, ...retry });
  }
  const { statusCode, message } = error as Partial<FastifyError>;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ProblemError(OF_STATUS[statusCode] ?? 'invalid-request', `${message ?? ''}`, { cause: error });
  return internal(error);
}

const internal = (cause: unknown): ProblemError =>
  new ProblemError('internal', 'It was noted, and is no fault of the request.', { cause });

export function sendProblem(reply: FastifyReply, problem: ProblemError): FastifyReply {
  const { retryAfter } = problem.options;
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  if (problem.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  return reply.code(problem.status).serializer(JSON.stringify).type(PROBLEM_TYPE).send(bodyOf(problem));
}

/** @param onTrouble told of what is no fault of the request, one sentence each */
export function errorHandler(onTrouble: (message: string) => void) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = problemOf(error);
    if (problem.code === 'internal') {
      const { cause } = problem.options;
      const said = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      onTrouble(`${request.method} ${request.routeOptions.url ?? '?'} failed: ${said}`);
    }
    return sendProblem(reply, problem);
  };
}
