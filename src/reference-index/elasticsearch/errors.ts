import { errors } from '@elastic/elasticsearch';
import { StreamprintError } from '../../domain/errors.js';

/** What a request ended with, and whether the same request may succeed later. */
export interface Failure {
  readonly error: StreamprintError;
  readonly passing: boolean;
}

/** Documents of a bulk request were refused, and why. */
export class ItemsRefused extends Error {
  constructor(readonly failure: Failure) {
    super(failure.error.message);
  }
}

const UNTRUSTED =
  /self.signed|unable to (verify|get)|certificate|SELF_SIGNED|UNABLE_TO_|ERR_TLS|CERT_|altnames/i;
const FLOOD = /flood.stage|read-only \/ allow delete|read_only_allow_delete/;
/** Answers that say: later. */
const PASSING = new Set([408, 429, 502, 503, 504]);

/** What was thrown by the client, in one sentence that a person can act on. */
export function failureOf(error: unknown, where: string): Failure {
  if (error instanceof StreamprintError) return { error, passing: false };
  if (error instanceof ItemsRefused) return error.failure;
  if (error instanceof errors.ResponseError) return answered(error, where);
  if (error instanceof errors.ProductNotSupportedError)
    return refused(`What answers at ${where} is not Elasticsearch: check STREAMPRINT_ELASTICSEARCH.`, error);
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof errors.ConnectionError && UNTRUSTED.test(text))
    return refused(
      `The certificate of Elasticsearch at ${where} is not trusted (${text}): name the authority that signed it in STREAMPRINT_ELASTICSEARCH_CA.`,
      error,
    );
  if (error instanceof errors.ElasticsearchClientError)
    return unavailable(`Elasticsearch at ${where} does not answer (${text})`, error);
  return {
    error: new StreamprintError('SP_INDEX_UNAVAILABLE', `Elasticsearch at ${where}: ${text}`, {
      cause: error,
    }),
    passing: false,
  };
}

/** An answer with an error in it, of a whole request or of one document of many. */
export function refusal(
  status: number,
  type: string,
  reason: string,
  where: string,
  cause?: unknown,
): Failure {
  const said = `${type}: ${reason}`.slice(0, 500);
  if (FLOOD.test(reason))
    return refused(
      `Elasticsearch at ${where} takes no more data, its disk is nearly full (${reason.slice(0, 200)}): make room and try again; what was stored before is whole.`,
      cause,
      'SP_DISK_FULL',
    );
  if (status === 401 || status === 403)
    return refused(
      `Elasticsearch at ${where} refuses us (${status}, ${said}): check the key in STREAMPRINT_ELASTICSEARCH_API_KEY, and what it may do.`,
      cause,
    );
  if (/media_type_header|compatible-with|Accept.header/i.test(said))
    return refused(
      `Elasticsearch at ${where} does not speak with this client (${said}): 8.19 and 9.x do.`,
      cause,
    );
  if (PASSING.has(status)) return unavailable(`Elasticsearch at ${where} cannot serve now (${said})`, cause);
  return refused(
    `Elasticsearch at ${where} refused a request (${status}, ${said}).`,
    cause,
    'SP_INDEX_REFUSED',
  );
}

function answered(error: errors.ResponseError, where: string): Failure {
  const body = error.body as { error?: { type?: string; reason?: string; root_cause?: unknown } } | undefined;
  const { type = 'error', reason = error.message } = body?.error ?? {};
  return refusal(error.statusCode ?? 0, type, deepest(body?.error) ?? reason, where, error);
}

/** Of failures of shards the reason lies deeper. */
function deepest(error: unknown): string | null {
  let found: string | null = null;
  for (let at = error as Record<string, unknown> | undefined, n = 0; at && n < 8; n++) {
    if (typeof at.reason === 'string' && at.reason) found = at.reason;
    const failed = at.failed_shards as { reason?: Record<string, unknown> }[] | undefined;
    at = (at.caused_by as Record<string, unknown>) ?? failed?.[0]?.reason;
  }
  return found;
}

function unavailable(sentence: string, cause: unknown): Failure {
  return { error: new StreamprintError('SP_INDEX_UNAVAILABLE', `${sentence}.`, { cause }), passing: true };
}

function refused(
  sentence: string,
  cause: unknown,
  code: 'SP_INDEX_REFUSED' | 'SP_DISK_FULL' = 'SP_INDEX_REFUSED',
): Failure {
  return { error: new StreamprintError(code, sentence, { cause }), passing: false };
}
