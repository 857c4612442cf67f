import { pictureTermsOf, soundTermsOf } from './chunk-documents.js';
import type { PackFields } from './chunk-reader.js';
import type { BulkItem, ElasticClient } from './client.js';
import { scan } from './documents.js';
import { createIndex, type IndexNames, type IndexShape } from './indices.js';
import { unpackLandmarks, unpackRows } from './packs.js';
import { distinct, textOf } from './terms.js';

/** Chunks that are read and written at once. */
const AT_ONCE = 300;

interface StoredChunk {
  readonly _id: string;
  readonly fields?: PackFields;
}

/**
 * Writes all chunks into a new index, with terms made anew, and then switches the alias: look-ups go on in the old one
 * until then. The old one is deleted. What a killed process has left of a new one is thrown away first.
 * @param shape of the new one; null = that of the old one
 */
export async function rewriteChunks(
  client: ElasticClient,
  names: IndexNames,
  shape: IndexShape | null,
): Promise<void> {
  const alias = names.chunks;
  const [old] = Object.keys(
    await client.request<Record<string, unknown>>({ method: 'GET', path: `/_alias/${alias}` }),
  );
  const next = `${alias}-${String(Number(old!.slice(alias.length + 1)) + 1).padStart(6, '0')}`;
  await client.request({ method: 'DELETE', path: `/${next}` }, 'null');
  const shards = shape?.shards ?? (await shardsOf(client, old!));
  await createIndex(client, 'chunks', next, shards, null);
  const body = { size: AT_ONCE, stored_fields: ['landmarks', 'words', 'rows'] };
  for await (const chunks of scan<StoredChunk>(client, old!, body))
    await client.bulk(chunks.map((chunk) => rewritten(next, chunk)));
  await client.request({ method: 'POST', path: `/${next}/_refresh` });
  await client.request({
    method: 'POST',
    path: '/_aliases',
    body: { actions: [{ add: { index: next, alias } }, { remove_index: { index: old } }] },
  });
}

function rewritten(index: string, { _id: id, fields = {} }: StoredChunk): BulkItem {
  const { landmarks, words, rows } = fields;
  const sound = landmarks && unpackLandmarks(landmarks[0]);
  const pictures = rows && unpackRows(rows[0]);
  const document = JSON.stringify({
    generation: sound?.generation ?? pictures?.generation ?? 0,
    ...(landmarks && {
      sound: textOf(soundTermsOf(sound!.tracks)),
      landmarks: landmarks[0],
      words: words?.[0],
    }),
    ...(rows && { pictures: textOf(distinct(pictureTermsOf(pictures!.rows))), rows: rows[0] }),
  });
  return { action: 'index', index, id, document };
}

async function shardsOf(client: ElasticClient, index: string): Promise<number> {
  const answer = await client.request<Record<string, { settings: { index: { number_of_shards: string } } }>>({
    method: 'GET',
    path: `/${index}/_settings`,
  });
  return Number(answer[index]!.settings.index.number_of_shards);
}
