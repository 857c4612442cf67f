/** Every error code, once. */
export type ErrorCode =
  | 'SP_INPUT_MISSING' // no such file, folder or address
  | 'SP_INPUT_EMPTY' // no bytes
  | 'SP_INPUT_NOT_MEDIA' // bytes, but nothing that can be demuxed
  | 'SP_INPUT_NO_TRACKS' // demuxed, but no picture and no sound that we can decode
  | 'SP_INPUT_TOO_SHORT' // not enough picture or sound to fingerprint
  | 'SP_INPUT_TOO_LARGE' // over a stated bound
  | 'SP_INPUT_TIMEOUT' // a stated time ran out
  | 'SP_DECODER_DIED' // the decoding process died on this input, twice
  | 'SP_DECODER_UNAVAILABLE' // the decoder asked for is not installed
  | 'SP_HTTP' // a server answered with an error, or not at all
  | 'SP_FETCH_REFUSED' // an address that must not be fetched
  | 'SP_PLAYLIST' // a playlist that is none, or that we cannot follow
  | 'SP_CSV' // a metadata row that cannot be used
  | 'SP_FINGERPRINT_VERSION' // an encoded fingerprint of a version we do not know
  | 'SP_FINGERPRINT_CORRUPT'
  | 'SP_DATA_VERSION' // a data directory written by a newer version
  | 'SP_DATA_LOCKED' // another process writes to this data directory
  | 'SP_DATA_CORRUPT'
  | 'SP_DISK_FULL'
  | 'SP_MESSAGE_INVALID' // a message that breaks its contract
  | 'SP_MESSAGE_TOO_LARGE'
  | 'SP_BUS_UNAVAILABLE' // the broker does not answer, or the queue has no room, for a stated time
  | 'SP_BUS_TOPIC' // a topic that is not there, or is configured so that it cannot carry what it must
  | 'SP_INDEX_UNAVAILABLE' // Elasticsearch does not answer, or cannot serve, for a stated time
  | 'SP_INDEX_REFUSED' // Elasticsearch says no: a key, a certificate, a version
  | 'SP_CONFLICT' // it goes against what is there: a name that is taken, a state that forbids it
  | 'SP_BUSY' // more is asked at once than can be answered
  | 'SP_NOT_FOUND' // no such asset, reference or detection
  | 'SP_USAGE'; // a command line that makes no sense

/** An expected failure: a stable code, and a sentence that names the input and that a person can act on. */
export class StreamprintError extends Error {
  override readonly name = 'StreamprintError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

const PASSING: ReadonlySet<ErrorCode> = new Set([
  'SP_BUS_UNAVAILABLE',
  'SP_BUSY',
  'SP_DISK_FULL',
  'SP_DATA_LOCKED',
]);

/** Whether it was no fault of what was worked on: circumstances were against it, and it can be tried again. */
export function isPassing(error: unknown): error is StreamprintError {
  return error instanceof StreamprintError && PASSING.has(error.code);
}

/** The sentence to show for anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
