import type { Seconds } from '../../../fingerprints/units.js';
import type { StillPicture } from '../../domain/catalogue.js';
import type { FingerprintId } from '../../domain/ids.js';
import { chunkId } from './chunk-documents.js';
import type { BulkItem, ElasticClient } from './client.js';
import type { IndexNames } from './indices.js';

const REACH: Seconds = 10;

interface GetAnswer {
  readonly found?: boolean;
  readonly fields?: { readonly jpeg: readonly [string] };
}

/** Documents of the stills of a fingerprint, by ascending time. */
export function* stillItems(
  names: IndexNames,
  id: FingerprintId,
  stills: readonly StillPicture[],
  generation: number,
): Generator<BulkItem> {
  for (const [n, { jpeg }] of inOrder(stills).entries()) {
    const document = JSON.stringify({ generation, jpeg: Buffer.from(jpeg).toString('base64') });
    yield { action: 'index', index: names.stills, id: chunkId(id, n), document };
  }
}

export function inOrder(stills: readonly StillPicture[]): StillPicture[] {
  return [...stills].sort((a, b) => a.time - b.time);
}

/** Of the stills at these times, the one nearest to a time, if it is near enough. */
export async function nearestStill(
  client: ElasticClient,
  names: IndexNames,
  id: FingerprintId,
  times: readonly Seconds[],
  time: Seconds,
): Promise<StillPicture | null> {
  let nearest = -1;
  for (const [n, at] of times.entries())
    if (nearest < 0 || Math.abs(at - time) < Math.abs(times[nearest]! - time)) nearest = n;
  if (nearest < 0 || Math.abs(times[nearest]! - time) > REACH) return null;
  const answer = await client.request<GetAnswer>(
    {
      method: 'GET',
      path: `/${names.stills}/_doc/${chunkId(id, nearest)}`,
      query: { stored_fields: 'jpeg' },
    },
    'null',
  );
  const jpeg = answer?.fields?.jpeg[0];
  return jpeg === undefined
    ? null
    : { time: times[nearest]!, jpeg: new Uint8Array(Buffer.from(jpeg, 'base64')) };
}
