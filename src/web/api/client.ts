import { type Operations, ROUTES } from './schema.js';

/** One place of a request that the service did not take. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** What the service, or the way to it, said no with. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** 0 = the service was not reached. */
    readonly status: number,
    readonly code: string,
    readonly fields: readonly FieldError[] = [],
  ) {
    super(message);
  }

  static from(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    return new ApiError('The service cannot be reached.', 0, 'unreachable');
  }

  static async of(response: Response): Promise<ApiError> {
    try {
      const problem = (await response.json()) as {
        title?: string;
        detail?: string;
        code?: string;
        pointer?: string;
        errors?: FieldError[];
      };
      const detail = problem.detail ?? problem.title ?? `The service answered ${response.status}.`;
      const one = problem.pointer ? [{ pointer: problem.pointer, detail }] : [];
      return new ApiError(detail, response.status, problem.code ?? 'unknown', problem.errors ?? one);
    } catch {
      return new ApiError(`The service answered ${response.status}.`, response.status, 'unknown');
    }
  }
}

export type Query = Readonly<
  Record<string, string | number | boolean | null | undefined | readonly (string | number)[]>
>;

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Query | undefined;
  /** Sent as JSON, unless it is a body of its own kind. */
  readonly body?: unknown;
  /** Content type of a body of its own kind. */
  readonly type?: string;
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer<T> {
  readonly data: T;
  readonly etag: string | null;
}

let onSignedOut = () => {};

/** Told when the service no longer knows who is asking. */
export function whenSignedOut(tell: () => void): void {
  onSignedOut = tell;
}

/** `/v1/streams/a%2Fb?limit=5`: arrays repeat a name, what is null or empty is left out. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue;
    if (Array.isArray(value)) for (const one of value) search.append(name, one);
    else search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Header that the service wants on what changes something, so that no other site can have a browser send it. */
export const OURS = { 'X-Streamprint-Request': '1' } as const;

/** @throws ApiError */
export async function request<T>(path: string, options: Request = {}): Promise<Answer<T>> {
  const { method = 'GET', query, body, type, ifMatch, signal } = options;
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') Object.assign(headers, OURS);
  if (ifMatch) headers['If-Match'] = ifMatch;
  if (method === 'POST' && crypto.randomUUID) headers['Idempotency-Key'] = crypto.randomUUID();
  const isOwnKind = body instanceof Blob;
  if (isOwnKind) headers['Content-Type'] = type ?? (body.type || 'application/octet-stream');
  else if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(address(path, query), {
      method,
      headers,
      body: body === undefined ? null : isOwnKind ? body : JSON.stringify(body),
      signal: signal ?? null,
      credentials: 'same-origin',
    });
  } catch (error) {
    throw ApiError.from(error);
  }
  if (!response.ok) {
    if (response.status === 401 && path !== '/v1/session') onSignedOut();
    throw await ApiError.of(response);
  }
  const data = response.status === 204 ? null : await response.json();
  return { data: data as T, etag: response.headers.get('ETag') };
}

/** Fills `{name}`s of a path, each as one part of it. */
export const pathOf = (pattern: string, values: Readonly<Record<string, string | number>>) =>
  pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));

type Name = keyof Operations;
/** A part of a request: must be there where the operation takes one that has something in it that must be. */
type Part<Key extends string, T> = [T] extends [undefined]
  ? unknown
  : Record<string, never> extends T
    ? { readonly [K in Key]?: T | undefined }
    : { readonly [K in Key]: T };

/** JSON, or what is sent as it is, with its content type. */
type Body<T> = [T] extends [undefined]
  ? { readonly body?: Blob; readonly type?: string }
  : { readonly body: T | Blob; readonly type?: string };

/** What an operation takes. */
export type Asked<N extends Name> = Part<'params', Operations[N]['params']> &
  Part<'query', Operations[N]['query']> &
  Body<Operations[N]['body']> & {
    readonly ifMatch?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  };

/** Asks for an operation of the API by its name. @throws ApiError */
export function call<N extends Name>(name: N, asked: Asked<N>): Promise<Answer<Operations[N]['answer']>> {
  const { method, path } = ROUTES[name];
  const { params = {}, ...rest } = asked as Request & { readonly params?: Record<string, string> };
  return request(pathOf(path, params), { ...rest, method });
}
