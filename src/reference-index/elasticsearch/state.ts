import { LANDMARK_BITS } from '../../../fingerprints/landmarks.js';
import { PICTURE_TERM_BITS } from '../../../fingerprints/picture-terms.js';
import { StreamprintError } from '../../domain/errors.js';
import type { FingerprintId } from '../../domain/ids.js';
import type { ElasticClient } from './client.js';
import { DATA_VERSION, type IndexNames } from './indices.js';
import type { RecordDocument } from './record-documents.js';

const STATE_ID = 'state';

/** What a change does to the records, and what of the chunks goes with it. Doing it twice is doing it once. */
export interface PendingChange {
  readonly generation: number;
  readonly puts: readonly (readonly [id: string, document: RecordDocument])[];
  readonly deletes: readonly string[];
  readonly dropped: readonly DroppedFingerprint[];
}

export interface DroppedFingerprint {
  readonly id: FingerprintId;
  readonly chunks: number;
  readonly stills: number;
}

/** One document that says what counts: a change is made when it is named here. */
export interface IndexState {
  readonly version: number;
  readonly landmarkBits: number;
  readonly pictureTermBits: number;
  /** Number of the last change; chunks of a later one are none yet. */
  readonly generation: number;
  /** Number of the last change that the stored tables of terms have counted. */
  readonly counted: number;
  /** How much of references that was, s, about; absent in older ones. */
  readonly countedSeconds?: number;
  /** Fingerprints that were removed since the last merge of all. */
  readonly removed: number;
  readonly pending: PendingChange | null;
}

export const NEW_STATE: IndexState = {
  version: DATA_VERSION,
  landmarkBits: LANDMARK_BITS,
  pictureTermBits: PICTURE_TERM_BITS,
  generation: 0,
  counted: 0,
  removed: 0,
  pending: null,
};

/** The state and where in the history of its document it was read. */
export interface SeenState {
  readonly state: IndexState;
  readonly seqNo: number;
  readonly term: number;
}

interface StateAnswer {
  readonly found: boolean;
  readonly _seq_no: number;
  readonly _primary_term: number;
  readonly _source: { readonly state: IndexState };
}

/** Null where there is no index yet. Throws SP_DATA_VERSION for one of another version. */
export async function readState(client: ElasticClient, names: IndexNames): Promise<SeenState | null> {
  const answer = await client.request<StateAnswer>(
    { method: 'GET', path: `/${names.records}/_doc/${STATE_ID}` },
    'null',
  );
  if (!answer?.found) return null;
  const { state } = answer._source;
  if (
    state.version !== DATA_VERSION ||
    state.landmarkBits !== LANDMARK_BITS ||
    state.pictureTermBits !== PICTURE_TERM_BITS
  )
    throw new StreamprintError(
      'SP_DATA_VERSION',
      `The reference index ${names.records} was written by another version of Streamprint (${state.version}, landmarks of ${state.landmarkBits} bits): use that one, or register under another STREAMPRINT_ELASTICSEARCH_PREFIX.`,
    );
  return { state, seqNo: answer._seq_no, term: answer._primary_term };
}

/**
 * Writes the state, if it still is as it was seen.
 * @param seen null = there must be none yet
 * @throws SP_DATA_LOCKED when somebody else has written it meanwhile
 */
export async function writeState(
  client: ElasticClient,
  names: IndexNames,
  state: IndexState,
  seen: SeenState | null,
): Promise<SeenState> {
  try {
    const answer = await client.request<{ _seq_no: number; _primary_term: number }>({
      method: 'PUT',
      path: `/${names.records}/_doc/${STATE_ID}`,
      query: seen ? { if_seq_no: seen.seqNo, if_primary_term: seen.term } : { op_type: 'create' },
      body: { kind: 'state', state },
    });
    return { state, seqNo: answer._seq_no, term: answer._primary_term };
  } catch (error) {
    // The first answer may have been lost: then it is ours that is there.
    const now = await readState(client, names);
    if (now && JSON.stringify(now.state) === JSON.stringify(state)) return now;
    if (!isConflict(error)) throw error;
    throw new StreamprintError(
      'SP_DATA_LOCKED',
      `Another process has changed the reference index ${names.records} at ${client.where} meanwhile: only one may at a time.`,
      { cause: error },
    );
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof StreamprintError && /version_conflict/.test(error.message);
}
